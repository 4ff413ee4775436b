using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Sequence;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>Repairs a stream that does not bring what history has, and isolates a series that ends its connection. For any thread.</summary>
/// <param name="all">The feed's series.</param>
/// <param name="shards">The connections of the feed.</param>
/// <param name="tapes">The trades of its symbols.</param>
/// <param name="sink">Told that a series is refused.</param>
/// <param name="gate">The feed's lock.</param>
/// <param name="logger">The log of the feed.</param>
internal sealed partial class StreamRemedies(
    ConcurrentDictionary<Series, FeedSeries> all, FeedShards shards, FeedTapes tapes, IFrameSink sink, Lock gate, ILogger logger)
{
    private const int MissedBeforeRenewal = 3;
    private const int SuspicionsBeforeIsolation = 3;
    private static readonly TimeSpan MinSilence = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Talking = TimeSpan.FromMinutes(1);

    /// <summary>
    /// History had a close that the stream did not bring. Once is nothing; again and again, on a connection that was live all the while, is a stall:
    /// of the series if its neighbours tick, else of the whole connection.
    /// </summary>
    public void OnFilledByHistory(SeriesSequencer sequencer)
    {
        if (!all.TryGetValue(sequencer.Series, out var series))
        {
            return;
        }

        if (series.Shard.LiveSinceMs is not { } since || sequencer.LastClosedMs < since || !sequencer.LastClosedHadTrades)
        {
            series.Heard(); // the stream could not, or need not, have said it
            return;
        }

        if (series.Missed() < MissedBeforeRenewal || series.Silence < MinSilence)
        {
            return;
        }

        Remedy(series, MinSilence);
    }

    /// <summary>Repairs a stream of a series that is silent, though history goes on.</summary>
    public void OnSilent(FeedSeries series) => Remedy(series, Talking);

    /// <summary>Repairs the stream of a series that is at fault: alone, or with all that share its connection, which is replaced then.</summary>
    private void Remedy(FeedSeries series, TimeSpan talking)
    {
        var neighbourTicks = all.Values.Any(other => other.Shard == series.Shard && other.Silence < talking);
        series.Heard();
        LogStalled(logger, series.Series.ToString(), neighbourTicks ? "subscribing it again" : "replacing its connection");
        if (neighbourTicks)
        {
            series.Shard.Renew(series.Series);
            if (series.Tape is { } tape)
            {
                tape.Stop(); // who does not send the candles may not send the trades
                tapes.ShardOf(tape)?.RenewTrades(tape.First);
            }
        }
        else
        {
            series.Shard.Cut("no candles on the stream, though history has them");
        }
    }

    /// <summary>
    /// Isolates series that are suspected of ending their connection. Some venues end the whole socket when they are asked for something that they do not have.
    /// A series that was asked for each time that this happened gets a connection of its own, so that the others live; and is given up if it kills that one,
    /// too.
    /// </summary>
    public void OnSuspects(FeedShard shard, Series[] suspects)
    {
        var isAlone = shard.Count == 1;
        foreach (var suspect in suspects)
        {
            if (!all.TryGetValue(suspect, out var series) || series.Suspected() < SuspicionsBeforeIsolation)
            {
                continue;
            }

            if (!isAlone)
            {
                Isolate(series);
            }
            else if (sink.OnRejected(suspect, "the exchange ends the connection whenever it is asked for this series") is null)
            {
                LogQuarantined(logger, suspect.ToString());
            }
        }
    }

    private void Isolate(FeedSeries series)
    {
        lock (gate)
        {
            try
            {
                var alone = shards.PlaceAlone();
                series.Shard.Remove(series.Series);
                series.Shard = alone;
                alone.Add(series.Series);
            }
            catch (SubscriptionLimitException exception)
            {
                LogNotIsolated(logger, series.Series.ToString(), exception.Message);
            }
        }
    }

    [LoggerMessage(ConnectorEventIds.SubscriptionRejected, LogLevel.Error, "{Series} is given up: each connection that asked for it was ended by the exchange")]
    private static partial void LogQuarantined(ILogger logger, string series);

    [LoggerMessage(ConnectorEventIds.SubscriptionRejected, LogLevel.Warning, "{Series} is suspected of ending its connection, and cannot get one of its own: {Reason}")]
    private static partial void LogNotIsolated(ILogger logger, string series, string reason);

    [LoggerMessage(ConnectorEventIds.SeriesStalled, LogLevel.Warning, "The stream of {Series} is silent though history has candles; {Remedy}")]
    private static partial void LogStalled(ILogger logger, string series, string remedy);
}
