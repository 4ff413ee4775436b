using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>Tells the reader of a feed, and the log, how its series are, each change once.</summary>
internal sealed partial class StatusTeller(ILogger logger)
{
    /// <summary>The reader; null while nobody wants to know.</summary>
    public Action<SeriesStatus>? Reader { get; set; }

    /// <summary>Tells that a series does not trade, if its listing says so.</summary>
    public void TellIfHalted(FeedSeries series)
    {
        if (!series.Series.Instrument.IsTrading)
        {
            Tell(series, SeriesCondition.Halted, TradingWatch.ReasonOf(series.Series.Instrument));
        }
    }

    /// <summary>Tells how a series is, unless that was told last.</summary>
    public void Tell(FeedSeries series, SeriesCondition condition, string reason)
    {
        if (series.Condition == condition)
        {
            return;
        }

        series.Condition = condition;
        Tell(series.Series, condition, reason);
    }

    /// <summary>Tells how a series is. What the reader throws is logged, for it must not end what called it.</summary>
    public void Tell(Series series, SeriesCondition condition, string reason)
    {
        var isForLogAlone = Reader is null && condition != SeriesCondition.Trading;
        LogStatus(logger, isForLogAlone ? LogLevel.Warning : LogLevel.Information, series, condition, reason);
        try
        {
            Reader?.Invoke(new SeriesStatus(series, condition, reason));
        }
        catch (Exception exception)
        {
            LogReaderFailed(logger, exception, series, condition);
        }
    }

    [LoggerMessage(EventId = ConnectorEventIds.SeriesStatus, Message = "{Series} is {Condition}: {Reason}")]
    private static partial void LogStatus(ILogger logger, LogLevel level, Series series, SeriesCondition condition, string reason);

    [LoggerMessage(ConnectorEventIds.SeriesStatus, LogLevel.Error, "The reader failed when it was told that {Series} is {Condition}")]
    private static partial void LogReaderFailed(ILogger logger, Exception exception, Series series, SeriesCondition condition);
}
