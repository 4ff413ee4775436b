using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>Asks again for what was refused for a while, and gives up what was refused for good.</content>
internal sealed partial class ConnectionSubscriber
{
    private void OnTradesRejected(FrameNote note)
    {
        var (forNow, forGood) = _trades.Refuse(note, NamedTrades(note));
        Series[] refused = forGood is null ? forNow : [forGood];
        foreach (var series in refused)
        {
            _sink.OnTradesRefused(series, note.Text);
        }

        RetryLater(_trades, refused, RetryTradesAfter);
        Wake();
    }

    private void Reject(Series series, string text)
    {
        if (_sink.OnRejected(series, text) is { } wait)
        {
            LogRejectedForNow(_logger, series.ToString(), _connectionId, text, wait);
            RetryLater(_candles, [series], wait);
            return;
        }

        _candles.Reject(series);
        LogRejected(_logger, series.ToString(), _connectionId, text);
    }

    private void RetryLater(Subscriptions subscriptions, Series[] series, TimeSpan wait)
    {
        subscriptions.Defer(series);
        _ = Task.Delay(wait, _time, _ended.Token).ContinueWith(
            _ =>
            {
                subscriptions.Resume(series);
                Wake();
            },
            _ended.Token,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
    }

    [LoggerMessage(ConnectorEventIds.SubscriptionRejected, LogLevel.Error, "{Series} was refused on connection {ConnectionId}: {Text}")]
    private static partial void LogRejected(ILogger logger, string series, int connectionId, string text);

    [LoggerMessage(
        ConnectorEventIds.SubscriptionRejected, LogLevel.Warning,
        "{Series} was refused on connection {ConnectionId} though it was sent before; asking again in {Wait}: {Text}")]
    private static partial void LogRejectedForNow(ILogger logger, string series, int connectionId, string text, TimeSpan wait);
}
