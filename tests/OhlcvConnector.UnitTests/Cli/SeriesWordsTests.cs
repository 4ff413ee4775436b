using System.Text.Json;
using OhlcvConnector.Cli.Settings;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>Series are written alike everywhere, with their exchange in front or said once.</summary>
public class SeriesWordsTests
{
    [Theory]
    [InlineData("binance:BTCUSDT", "binance binance:BTCUSDT")]
    [InlineData("okx/usdm:BTC-USDT-SWAP --limit 1", "okx okx/usdm:BTC-USDT-SWAP --limit 1")]
    [InlineData("binance BTC/USDT:USDT", "binance BTC/USDT:USDT")]
    [InlineData("history binance:BTCUSDT", "history binance:BTCUSDT")]
    [InlineData("nowhere:BTCUSDT", "nowhere:BTCUSDT")]
    [InlineData("", "")]
    public void A_series_alone_begins_a_stream(string line, string expected) =>
        string.Join(' ', SeriesTarget.WithExchangeFirst(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(expected);

    [Fact]
    public async Task One_stream_brings_series_of_several_exchanges()
    {
        var result = await CommandLine.RunAsync(
            "binance:BTCUSDT,ETHUSDT", "okx/usdm:BTC-USDT-SWAP", "--sandbox", "--sandbox-speed", "120", "--closed-only", "--limit", "12", "--output", "json");

        result.Code.ShouldBe(0, result.Error);
        result.Lines.Select(line => JsonDocument.Parse(line).RootElement).Select(row =>
            $"{row.GetProperty("exchange")} {row.GetProperty("market")} {row.GetProperty("symbol")}").Distinct().ShouldBe(
            ["binance spot BTCUSDT", "binance spot ETHUSDT", "okx usdm BTC-USDT-SWAP"], ignoreOrder: true);
    }
}
