using OhlcvConnector.Infrastructure.Engine.Sequence;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>Repairs a stream that does not bring what history has.</content>
internal sealed partial class VenueFeed
{
    private const int MissedBeforeRenewal = 3;
    private static readonly TimeSpan MinSilence = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Talking = TimeSpan.FromMinutes(1);

    /// <summary>
    /// History had a close that the stream did not bring. Once is nothing; again and again, on a connection that was live all the while, is a stall:
    /// of the series if its neighbours tick, else of the whole connection.
    /// </summary>
    private void OnFilledByHistory(SeriesSequencer sequencer)
    {
        if (!_series.TryGetValue(sequencer.Series, out var series))
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

    /// <summary>The stream of a series is at fault: alone, or with all that share its connection, which is replaced then.</summary>
    private void Remedy(FeedSeries series, TimeSpan talking)
    {
        var neighbourTicks = _series.Values.Any(other => other.Shard == series.Shard && other.Silence < talking);
        series.Heard();
        LogStalled(_logger, series.Series.ToString(), neighbourTicks ? "subscribing it again" : "replacing its connection");
        if (neighbourTicks)
        {
            series.Shard.Renew(series.Series);
            if (series.Tape is { } tape)
            {
                tape.Stop(); // who does not send the candles may not send the trades
                _tapes.ShardOf(tape)?.RenewTrades(tape.First);
            }
        }
        else
        {
            series.Shard.Cut("no candles on the stream, though history has them");
        }
    }
}
