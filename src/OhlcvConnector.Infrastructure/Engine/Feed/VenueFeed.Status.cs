using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>Tells the reader the status of series.</content>
internal sealed partial class VenueFeed
{
    /// <inheritdoc/>
    public Action<SeriesStatus>? OnStatus { get; set; }

    private void TellOfHalted()
    {
        foreach (var series in _series.Keys)
        {
            TellIfHalted(series);
        }
    }

    private void TellIfHalted(Series series)
    {
        if (!series.Instrument.IsTrading && _series.TryGetValue(series, out var added))
        {
            Tell(added, SeriesCondition.Halted, TradingWatch.ReasonOf(series.Instrument));
        }
    }

    /// <summary>Tells the reader how a series is, once.</summary>
    private void Tell(FeedSeries series, SeriesCondition condition, string reason)
    {
        if (series.Condition == condition)
        {
            return;
        }

        series.Condition = condition;
        Tell(series.Series, condition, reason);
    }

    private void Tell(Series series, SeriesCondition condition, string reason)
    {
        var isForLogAlone = OnStatus is null && condition != SeriesCondition.Trading;
        LogStatus(_logger, isForLogAlone ? LogLevel.Warning : LogLevel.Information, series, condition, reason);
        try
        {
            OnStatus?.Invoke(new SeriesStatus(series, condition, reason));
        }
        catch (Exception exception) // the reader's own fault must not end what called it
        {
            LogReaderFailed(_logger, exception, series, condition);
        }
    }

    [LoggerMessage(EventId = EventIds.SeriesStatus, Message = "{Series} is {Condition}: {Reason}")]
    private static partial void LogStatus(ILogger logger, LogLevel level, Series series, SeriesCondition condition, string reason);

    [LoggerMessage(EventIds.SeriesStatus, LogLevel.Error, "The reader failed when it was told that {Series} is {Condition}")]
    private static partial void LogReaderFailed(ILogger logger, Exception exception, Series series, SeriesCondition condition);
}
