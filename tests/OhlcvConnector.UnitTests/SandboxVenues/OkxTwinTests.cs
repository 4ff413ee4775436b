using System.Text.Json;
using Shouldly;
using static OhlcvConnector.UnitTests.SandboxVenues.StillSandbox;

namespace OhlcvConnector.UnitTests.SandboxVenues;

/// <summary>What is easy to be too kind about when OKX is simulated.</summary>
public class OkxTwinTests
{
    [Theory]
    [InlineData("instType=SWAP&uly=BTC-USD", "BTC-USD-SWAP")]
    [InlineData("instType=SWAP&instFamily=ETH-USDT", "ETH-USDT-SWAP")]
    [InlineData("instType=FUTURES&instFamily=ETH-USD_UM", "ETH-USD_UM-260214")]
    [InlineData("instType=FUTURES&uly=BTC-USD", "BTC-USD-260214 BTC-USD_UM-260214")]
    [InlineData("instType=SWAP&uly=NO-USD", "")]
    public async Task The_listing_is_filtered_by_underlying_and_family(string query, string ids)
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"okx/api/v5/public/instruments?{query}");

        string.Join(' ', answer.Json.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("instId").GetString()!).Order(StringComparer.Ordinal))
            .ShouldBe(ids);
    }

    [Fact]
    public async Task An_unknown_series_is_refused_in_the_words_of_2026()
    {
        await using var sandbox = await StartAsync();
        using var talk = await sandbox.TalkAsync("okx/ws/v5/business");

        var answer = JsonElement.Parse(await talk.SayAsync("""{"op":"subscribe","args":[{"channel":"candle1m","instId":"NOPE-USDT"}]}"""));

        answer.GetProperty("code").GetString().ShouldBe("60018");
        answer.GetProperty("msg").GetString().ShouldBe(
            "Wrong URL or channel:candle1m,instId:NOPE-USDT doesn't exist. Please use the correct URL, channel and parameters referring to API document.");
    }

    [Theory]
    [InlineData("api/v5/market/candles?bar=1m", 400, "50014")]
    [InlineData("api/v5/nothing", 404, "404")]
    public async Task What_the_venue_refuses_is_refused_with_its_code(string path, int status, string code)
    {
        await using var sandbox = await StartAsync();

        var answer = await sandbox.GetAsync($"okx/{path}");

        answer.Status.ShouldBe(status);
        answer.Json.GetProperty("code").GetString().ShouldBe(code);
    }
}
