using Microsoft.Extensions.Logging;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>The log messages.</content>
internal sealed partial class FeedConnection
{
    [LoggerMessage(ConnectorEventIds.Connected, LogLevel.Information, "{Market} connection {ConnectionId} is open to {Address}, subscribing {Count} series")]
    private static partial void LogConnected(ILogger logger, string market, int connectionId, Uri address, int count);

    [LoggerMessage(ConnectorEventIds.ClosingAnnounced, LogLevel.Information, "{Market} connection {ConnectionId}: the exchange announces its end: {Text}")]
    private static partial void LogClosing(ILogger logger, string market, int connectionId, string text);

    [LoggerMessage(ConnectorEventIds.ToldToWait, LogLevel.Warning, "{Market} connection {ConnectionId}: the exchange wants no new connection for {Wait}")]
    private static partial void LogToldToWait(ILogger logger, string market, int connectionId, TimeSpan wait);

    [LoggerMessage(ConnectorEventIds.MalformedFrame, LogLevel.Warning, "{Market} connection {ConnectionId}: malformed frame ({Reason}), {Count} so far: {Frame}")]
    private static partial void LogMalformed(ILogger logger, string market, int connectionId, string reason, string frame, long count);

    [LoggerMessage(ConnectorEventIds.CandleRefused, LogLevel.Warning, "{Market} connection {ConnectionId}: a candle breaks a rule and is not delivered ({Refusal}), {Count} so far")]
    private static partial void LogRefused(ILogger logger, string market, int connectionId, string refusal, long count);

    [LoggerMessage(ConnectorEventIds.ReaderStalled, LogLevel.Warning, "{Market} connection {ConnectionId} was held for {Time} by its reader, which blocks instead of awaiting; Dispatch.ThreadPool would free it")]
    private static partial void LogStall(ILogger logger, string market, int connectionId, TimeSpan time);
}
