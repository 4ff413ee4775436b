using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

/// <summary>Command lines against an exchange of which one symbol trades, one is halted and one opens later.</summary>
public sealed class ListingRunTests : IAsyncLifetime
{
    private const string Listing = """
        {"symbols":[
        {"symbol":"BTCUSDT","status":"SETTLING","baseAsset":"BTC","quoteAsset":"USDT"},
        {"symbol":"NEWUSDT","status":"PRE_TRADING","baseAsset":"NEW","quoteAsset":"USDT"},
        {"symbol":"ETHUSDT","status":"TRADING","baseAsset":"ETH","quoteAsset":"USDT"}]}
        """;

    private const string Row = """[[1767225600000,"1","2","0.5","1.5","10",1767225659999,"15",3,"5","7","0"]]""";

    private WebApplication _venue = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _venue = builder.Build();
        _venue.Run(
            async context => await context.Response.WriteAsync(context.Request.Path.Value!.EndsWith("exchangeInfo", StringComparison.Ordinal) ? Listing : Row));
        await _venue.StartAsync();
    }

    public async ValueTask DisposeAsync() => await _venue.DisposeAsync();

    [Theory]
    [InlineData("BTCUSDT", "SETTLING")]
    [InlineData("NEWUSDT", "PRE_TRADING")]
    public async Task A_stream_of_what_does_not_trade_says_so_at_once(string symbol, string status)
    {
        var result = await RunAsync("binance", symbol);

        result.Code.ShouldBe(1);
        result.Error
            .ShouldStartWith($"error: binance spot {symbol} does not trade now ({status}). Past candles can be read as history; to wait until it trades");
    }

    [Theory]
    [InlineData("BTCUSDT", "--wait")]
    [InlineData("BTCUSDT,ETHUSDT", "--closed-only")]
    public async Task Who_waits_or_has_others_is_warned_and_goes_on(string symbols, string option)
    {
        var result = await RunAsync("binance", symbols, option, "--idle-timeout", "1");

        result.Error.ShouldContain("warning: binance spot BTCUSDT 1m brings no candles: it does not trade now (SETTLING).");
        result.Error.ShouldContain("error: no candle came for 1 s");
    }

    [Fact]
    public async Task Its_history_can_be_read()
    {
        var result = await RunAsync("history", "binance", "BTCUSDT", "--from", "2026-01-01", "--to", "2026-01-01T00:01", "--output", "csv");

        result.Code.ShouldBe(0, result.Error);
        result.Lines.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Symbols_say_how_the_exchange_calls_it()
    {
        (await RunAsync("symbols", "binance", "--market", "spot")).Output.ShouldContain(" SETTLING ");
        (await RunAsync("symbols", "binance", "--market", "spot", "--output", "csv")).Lines[0]
            .ShouldBe("symbol,venueSymbol,market,base,quote,settle,status,contractSize,tickSize,exchangeStatus,listedAt");
        (await RunAsync("symbols", "binance", "--market", "spot", "--output", "csv", "--filter", "BTC")).Lines[1]
            .ShouldBe("BTC/USDT,BTCUSDT,spot,BTC,USDT,,halted,,,SETTLING,");
        (await RunAsync("symbols", "binance", "--market", "spot", "--output", "json", "--filter", "BTC")).Lines[0]
            .ShouldContain("\"status\":\"halted\",\"exchangeStatus\":\"SETTLING\",\"contractSize\":null,\"tickSize\":null,\"lotSize\":null,\"expiresAt\":null,\"listedAt\":null");
    }

    private Task<CommandLine.Result> RunAsync(params string[] args) => CommandLine.RunAsync([.. args, "--base-url", _venue.Urls.Single()]);
}
