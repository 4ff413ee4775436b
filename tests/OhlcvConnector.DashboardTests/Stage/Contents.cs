using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Testing;

namespace OhlcvConnector.DashboardTests.Stage;

/// <summary>Gives each page something to show: signals, a paper account that trades, a backtest that is done.</summary>
internal static class Contents
{
    public static readonly string[] Followed =
    [
        "binance|spot|BTC/USDT", "binance|spot|ETH/USDT", "okx|spot|BTC/USDT", "okx|spot|SOL/USDT", "bybit|usdm|BTC/USDT:USDT", "gateio|spot|SOL/USDT",
        "hyperliquid|usdm|BTC/USDC:USDC",
    ];

    public static async Task FillAsync(DashboardStage stage)
    {
        var now = stage.Sandbox.Clock.GetUtcNow();
        await stage.SendAsync("/api/v1/paper/accounts", """
            {"name":"cross","exchange":"binance","symbols":["BTC/USDT"],"interval":"1m","strategy":"sma-cross","settings":{"fast":2,"slow":4},"warmUp":20}
            """);
        await stage.SendAsync("/api/v1/paper/accounts", """{"name":"hand","exchange":"binance","symbols":["BTC/USDT"],"interval":"1m"}""");
        await stage.SendAsync("/api/v1/paper/accounts/hand/orders", """{"side":"buy","percent":50,"type":"limit","limitPrice":1000}""");
        var from = now.AddDays(-20).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var started = await stage.SendAsync("/api/v1/backtests", $$"""
            {"strategy":"sma-cross","parameters":{"fast":5,"slow":20},"exchange":"binance","symbols":["BTC/USDT"],"interval":"1h","from":"{{from}}",
             "walkForward":{"folds":2,"ranges":{"fast":[3,5],"slow":[10,20] } } }
            """);
        await Eventually.TrueAsync(
            () => stage.AskAsync($"/api/v1/backtests/{started.GetProperty("id").GetString()}").GetAwaiter().GetResult()
                .GetProperty("backtest").GetProperty("state").GetString() == "done",
            "the backtest is done");
        await Eventually.TrueAsync(() => Count(stage, "/api/v1/signals", "signals") > 0, "there are signals");
    }

    private static int Count(DashboardStage stage, string path, string list)
    {
        JsonElement answer = stage.AskAsync(path).GetAwaiter().GetResult();
        return answer.GetProperty(list).GetArrayLength();
    }
}
