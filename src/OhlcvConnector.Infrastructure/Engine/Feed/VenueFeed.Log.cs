using Microsoft.Extensions.Logging;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>The log messages.</content>
internal sealed partial class VenueFeed
{
    [LoggerMessage(EventIds.SubscriptionRejected, LogLevel.Error, "{Series} is given up: each connection that asked for it was ended by the exchange")]
    private static partial void LogQuarantined(ILogger logger, string series);

    [LoggerMessage(EventIds.SubscriptionRejected, LogLevel.Warning, "{Series} is suspected of ending its connection, and cannot get one of its own: {Reason}")]
    private static partial void LogNotIsolated(ILogger logger, string series, string reason);

    [LoggerMessage(EventIds.CandleRefused, LogLevel.Warning, "{Series}: the candle of {OpenTime:u} is refused: {Reason}; {Count} candles so far")]
    private static partial void LogImpossible(ILogger logger, string series, DateTimeOffset openTime, string reason, long count);

    [LoggerMessage(EventIds.GapAnnounced, LogLevel.Warning, "{Series} has a gap from {From:u} to {To:u}: {Reason}")]
    private static partial void LogGap(ILogger logger, string series, DateTimeOffset from, DateTimeOffset to, string reason);

    [LoggerMessage(EventIds.SeriesStalled, LogLevel.Warning, "The stream of {Series} is silent though history has candles; {Remedy}")]
    private static partial void LogStalled(ILogger logger, string series, string remedy);
}
