using OhlcvConnector.Infrastructure.Common.Sequence;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <summary>What a feed knows of one of its series.</summary>
internal sealed class FeedSeries(SeriesSequencer sequencer, FeedShard shard, TimeProvider time)
{
    private long _heardAt = time.GetTimestamp();
    private int _missed;

    /// <summary>Its order.</summary>
    public SeriesSequencer Sequencer { get; } = sequencer;

    /// <summary>Who carries it.</summary>
    public FeedShard Shard { get; } = shard;

    /// <summary>How long its stream has said nothing.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>Its stream said something, or is not to blame.</summary>
    public void Heard()
    {
        Volatile.Write(ref _heardAt, time.GetTimestamp());
        Volatile.Write(ref _missed, 0);
    }

    /// <summary>History had what its stream did not say; how often in a row.</summary>
    public int Missed() => Interlocked.Increment(ref _missed);
}
