using System.Text.Json;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>Every stored Binance message through the command line: exact values, or a refusal that names the rule.</summary>
public class DecodeFixtureTests
{
    [Fact]
    public async Task A_captured_spot_candle_comes_out_exactly()
    {
        var result = await DecodeAsync("spot/capture_candles.jsonl");

        result.Code.ShouldBe(0);
        WithoutReceivedAt(result.Lines[0]).ShouldBe(
            """{"exchange":"binance","market":"spot","symbol":"NKNUSDT","interval":"1m","openTime":"2021-10-12T00:28:00.000Z","closeTime":"2021-10-12T00:29:00.000Z","open":0.35270000,"high":0.35280000,"low":0.35220000,"close":0.35280000,"volume":25877.00000000,"quoteVolume":9116.04600000,"trades":30,"isClosed":false,"eventTime":"2021-10-12T00:28:43.963Z","source":"stream","buyVolume":58.00000000,"sellVolume":25819.00000000}""");
    }

    [Fact]
    public async Task A_small_number_is_written_without_an_exponent()
    {
        var result = await DecodeAsync("spot/capture_candles.jsonl");

        result.Lines[1].ShouldContain(
            "\"open\":0.00000638,\"high\":0.00000638,\"low\":0.00000638,\"close\":0.00000638,\"volume\":177.00000000,\"quoteVolume\":0.00112926,");
    }

    [Fact]
    public async Task A_coin_margined_volume_is_the_base_coin_and_its_quote_volume_unknown_without_a_contract_size()
    {
        var result = await DecodeAsync("coinm/capture_candles.jsonl", "--market", "coinm");

        result.Lines[0].ShouldContain("\"symbol\":\"ETHUSD_210924\"");
        result.Lines[0].ShouldContain("\"volume\":9.49653573,\"quoteVolume\":null,\"trades\":41,");
        result.Lines[0].ShouldContain("\"buyVolume\":6.86228695,\"sellVolume\":2.63424878}"); // base coin, too, not contracts
    }

    [Fact]
    public async Task A_contract_size_makes_the_coin_margined_quote_volume_known()
    {
        var result = await DecodeAsync("coinm/capture_candles.jsonl", "--market", "coinm", "--contract-size", "10");

        result.Lines[0].ShouldContain("\"volume\":9.49653573,\"quoteVolume\":18930,");
    }

    [Theory]
    [InlineData("spot/capture_candles.jsonl", "spot", 2)]
    [InlineData("usdm/capture_candles.jsonl", "um", 45)]
    [InlineData("coinm/capture_candles.jsonl", "inverse", 22)]
    [InlineData("spot/capture_other_frames.jsonl", "spot", 0)]
    [InlineData("usdm/capture_other_frames.jsonl", "usdm", 0)]
    [InlineData("coinm/capture_other_frames.jsonl", "coinm", 0)]
    [InlineData("spot/ws_kline_update.json", "spot", 1)]
    [InlineData("usdm/ws_kline_closed.json", "linear", 1)]
    public async Task A_recording_gives_its_candles_and_nothing_else(string file, string market, int candles)
    {
        var result = await DecodeAsync(file, "--market", market);

        result.Code.ShouldBe(candles > 0 ? 0 : 1);
        result.Error.ShouldMatch(candles > 0 ? "^$" : "^error: 0 of [0-9]+ messages were candles\\.");
        result.Lines.Length.ShouldBe(candles);
        result.Lines.ShouldAllBe(line => JsonDocument.Parse(line, default).RootElement.GetProperty("exchange").GetString() == "binance");
    }

    [Theory]
    [InlineData("spot/ws_kline_combined.json", "spot", "error: line 1: binance spot BNBBTC 1m: the low is above the open")]
    [InlineData("usdm/ws_kline_open.json", "usdm", "error: line 1: binance usdm BTCUSDT 1m: the low is above the open")]
    public async Task An_impossible_documentation_sample_is_refused_by_its_rule(string file, string market, string error)
    {
        var result = await DecodeAsync(file, "--market", market);

        result.Code.ShouldBe(1);
        result.Output.ShouldBe("");
        result.Errors.ShouldBe([error]);
    }

    [Theory]
    [InlineData("spot/rest_klines.json", "spot", "1h", 3)]
    [InlineData("usdm/rest_klines.json", "usdm", "1h", 4)]
    [InlineData("coinm/rest_klines.json", "coinm", "1m", 1)]
    public async Task A_page_of_history_tells_its_interval_and_leaves_its_symbol_open(string file, string market, string interval, int candles)
    {
        var result = await DecodeAsync(file, "--market", market, "--kind", "history");

        result.Code.ShouldBe(0);
        result.Lines.Length.ShouldBe(candles);
        result.Lines
            .ShouldAllBe(line => line.Contains($"\"symbol\":null,\"interval\":\"{interval}\"") && line.Contains("\"isClosed\":true,\"eventTime\":null"));
    }

    [Fact]
    public async Task A_row_of_history_comes_out_exactly()
    {
        var result = await DecodeAsync("spot/rest_klines.json", "--kind", "history", "--symbol", "BTCUSDT");

        WithoutReceivedAt(result.Lines[0]).ShouldBe(
            """{"exchange":"binance","market":"spot","symbol":"BTCUSDT","interval":"1h","openTime":"2023-01-06T05:00:00.000Z","closeTime":"2023-01-06T06:00:00.000Z","open":16823.24000000,"high":16823.63000000,"low":16792.12000000,"close":16810.18000000,"volume":6230.44034000,"quoteVolume":104737787.36570630,"trades":162086,"isClosed":true,"eventTime":null,"source":"history","buyVolume":3058.60695000,"sellVolume":3171.83339000}""");
    }

    private static Task<CommandLine.Result> DecodeAsync(string file, params string[] args) =>
        CommandLine.RunAsync(["decode", "binance", CommandLine.Fixture("binance/" + file), .. args]);

    private static string WithoutReceivedAt(string line) =>
        System.Text.RegularExpressions.Regex.Replace(line, "\"receivedAt\":\"[^\"]*\",", "");
}
