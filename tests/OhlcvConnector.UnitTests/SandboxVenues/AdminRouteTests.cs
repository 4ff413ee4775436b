using OhlcvConnector.Domain;
using Shouldly;
using static OhlcvConnector.UnitTests.SandboxVenues.StillSandbox;

namespace OhlcvConnector.UnitTests.SandboxVenues;

/// <summary>What the sandbox itself tells over HTTP, for programs that are not written in C#.</summary>
public class AdminRouteTests
{
    [Fact]
    public async Task The_books_can_be_read()
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync(
            $"sandbox/candles?exchange=okx&market=usdm&symbol=BTC-USDT-SWAP&interval=1m&from={OpenMs - (3 * MinuteMs)}&to={OpenMs + MinuteMs}");

        var books = sandbox.Books("okx", Market.UsdMargined, "BTC-USDT-SWAP", OpenMs - (3 * MinuteMs), OpenMs + MinuteMs);

        answer.Times().ShouldBe(books.Select(candle => candle.OpenTime.ToUnixTimeMilliseconds()));
        answer.Json[0].EnumerateArray().Skip(1).Select(value => value.GetDecimal()).ShouldBe(
            [books[0].Open, books[0].High, books[0].Low, books[0].Close, books[0].BaseVolume, books[0].QuoteVolume, books[0].TradeCount]);
    }

    [Theory]
    [InlineData("sandbox/candles?exchange=okx", "are needed")]
    [InlineData("sandbox/candles?exchange=okx&market=spot&symbol=NO&interval=1m&from=0&to=1", "lists no 'NO'")]
    public async Task A_question_about_the_books_that_has_no_answer_says_why(string path, string text)
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"{path}");

        answer.Status.ShouldBe(400);
        answer.Text.ShouldContain(text);
    }

    [Fact]
    public async Task The_addresses_are_listed()
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"sandbox/venues");

        answer.Json.EnumerateArray().Select(venue => $"{venue.GetProperty("exchange")} {venue.GetProperty("market")} {venue.GetProperty("rest")}")
            .ShouldBe(sandbox.Server.Venues.Select(venue => $"{venue.Exchange} {venue.Market.Name()} {venue.Rest}"));
    }
}
