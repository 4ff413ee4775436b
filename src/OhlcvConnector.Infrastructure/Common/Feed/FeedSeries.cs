using OhlcvConnector.Infrastructure.Common.Sequence;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <summary>What a feed knows of one of its series.</summary>
internal sealed class FeedSeries(SeriesSequencer sequencer, FeedShard shard)
{
    private long _lastHeardMs;
    private int _missed;

    /// <summary>Its order.</summary>
    public SeriesSequencer Sequencer { get; } = sequencer;

    /// <summary>Who carries it.</summary>
    public FeedShard Shard { get; } = shard;

    /// <summary>When its stream last said something, Unix epoch milliseconds.</summary>
    public long LastHeardMs => Volatile.Read(ref _lastHeardMs);

    /// <summary>Its stream said something.</summary>
    public void Heard(long nowMs)
    {
        Volatile.Write(ref _lastHeardMs, nowMs);
        Volatile.Write(ref _missed, 0);
    }

    /// <summary>History had what its stream did not say; how often in a row.</summary>
    public int Missed() => Interlocked.Increment(ref _missed);
}
