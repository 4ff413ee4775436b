using System.Text.Json;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.ServerTests;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.PricesTests;

/// <summary>The server's prices come from the series that its clients have, and their past out of its archive.</summary>
public sealed class HubPricesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pair_that_clients_stream_and_a_price_is_taken_from_is_one_subscription()
    {
        await using var stage = await ServerStage.SetAsync(speed: 1, configure: options => options.PriceExchanges.Add("binance"));
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"]}""");
        await DayAsync(stage);

        (stage.Sandbox.Statistics.Subscriptions, stage.Sandbox.Statistics.ConnectionsOpened).ShouldBe((1L, 1L));
    }

    [Fact]
    public async Task After_a_restart_the_day_comes_out_of_the_archive()
    {
        var file = Path.Combine(_folder.Path, "candles.db");
        var (first, day) = await RunAsync(file);
        var (again, same) = await RunAsync(file);

        same.ShouldBe(day, 0.5m);
        first.ShouldBeGreaterThan(again, $"{first} requests at first, {again} after the restart");
        again.ShouldBeLessThanOrEqualTo(3, "the listing, the clock, and what has happened meanwhile");
    }

    private static async Task<(long Requests, decimal Change)> RunAsync(string archive)
    {
        await using var stage = await ServerStage.SetAsync(speed: 1, configure: options =>
        {
            options.Archive = archive;
            options.PriceExchanges.Add("okx");
        });
        var change = await DayAsync(stage);
        return (stage.Sandbox.Statistics.RequestsServed, change);
    }

    /// <summary>The change of the day, once it is known.</summary>
    private static async Task<decimal> DayAsync(ServerStage stage)
    {
        decimal? change = null;
        await Eventually.TrueAsync(
            () =>
            {
                using var answer = JsonDocument.Parse(stage.GetAsync("/prices?symbols=BTC&fields=change24h").GetAwaiter().GetResult());
                var told = answer.RootElement.GetProperty("prices")[0].GetProperty("change24h");
                change = told.ValueKind == JsonValueKind.Number ? told.GetDecimal() : null;
                return change is not null;
            },
            "a day is known");
        return change!.Value;
    }
}
