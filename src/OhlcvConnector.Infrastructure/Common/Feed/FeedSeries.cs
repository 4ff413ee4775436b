using OhlcvConnector.Infrastructure.Common.Sequence;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <summary>What a feed knows of one of its series.</summary>
internal sealed class FeedSeries(SeriesSequencer sequencer, FeedShard shard, TimeProvider time)
{
    private long _heardAt = time.GetTimestamp();
    private int _missed;
    private int _suspicions;

    /// <summary>Its order.</summary>
    public SeriesSequencer Sequencer { get; } = sequencer;

    /// <summary>Who carries it.</summary>
    public FeedShard Shard { get; } = shard;

    /// <summary>How long its stream has said nothing.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>Its stream is not to blame for having said nothing.</summary>
    public void Heard() => Heard(time.GetTimestamp());

    /// <summary>Its stream said something.</summary>
    /// <param name="at">When, a timestamp of the clock.</param>
    public void Heard(long at)
    {
        Volatile.Write(ref _heardAt, at);
        Volatile.Write(ref _missed, 0);
        Volatile.Write(ref _suspicions, 0);
    }

    /// <summary>A connection died while this series was asked for and unanswered; how often in a row.</summary>
    public int Suspected() => Interlocked.Increment(ref _suspicions);

    /// <summary>History had what its stream did not say; how often in a row.</summary>
    public int Missed() => Interlocked.Increment(ref _missed);
}
