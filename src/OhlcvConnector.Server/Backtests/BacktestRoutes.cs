using Microsoft.AspNetCore.Http;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Backtests;

/// <summary>The paths of strategies and backtests.</summary>
internal static class BacktestRoutes
{
    private const string NoAdvice = "A simulation of the past, and no advice.";
    private const string Root = "/api/v1/backtests";

    private static readonly RestParameter Id = new("id", RestKind.Text, "The backtest's id.") { IsInPath = true };

    /// <summary>The strategies.</summary>
    public static RestRoute Strategies { get; } = new(
        "/api/v1/strategies", "strategies", "The strategies that can be run", "With the parameters of each. " + NoAdvice, typeof(StrategiesAnswer))
    { HasTag = false };

    /// <summary>Starts one.</summary>
    public static RestRoute Start { get; } = new(
        Root, "startBacktest", "Starts a backtest", $"It runs in the background. At most {BacktestLimits.Candles} candles. {NoAdvice}", typeof(BacktestStartedAnswer))
    { Method = HttpMethods.Post, Body = typeof(NewBacktest), MaxBody = 256 * 1024, HasTag = false, Status = StatusCodes.Status202Accepted };

    /// <summary>All that are kept.</summary>
    public static RestRoute All { get; } = new(
        Root, "backtests", "Backtests since the start, the newest first", $"At most {BacktestLimits.Kept} are kept. {NoAdvice}", typeof(BacktestsAnswer))
    { HasTag = false };

    /// <summary>One.</summary>
    public static RestRoute One { get; } = new(
        Root + "/{id}", "backtest", "A backtest: how far it is, and what came of it", NoAdvice, typeof(BacktestAnswer), Id)
    { HasTag = false };

    /// <summary>Ends or forgets one.</summary>
    public static RestRoute End { get; } = new(
        Root + "/{id}", "endBacktest", "Cancels a backtest that waits or runs; forgets one that is over", NoAdvice, typeof(BacktestStartedAnswer), Id)
    { Method = HttpMethods.Delete, HasTag = false };
}
