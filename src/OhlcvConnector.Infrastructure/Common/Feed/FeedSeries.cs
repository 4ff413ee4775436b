using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Sequence;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <summary>What a feed knows of one of its series.</summary>
internal sealed class FeedSeries(Series series, SeriesSequencer sequencer, FeedShard shard, TimeProvider time)
{
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromSeconds(60);

    private long _heardAt = time.GetTimestamp();
    private int _missed;
    private int _suspicions;
    private int _refusals;
    private volatile bool _isProven;

    /// <summary>The series itself: the one object that stands for it everywhere.</summary>
    public Series Series => series;

    /// <summary>Its order.</summary>
    public SeriesSequencer Sequencer { get; } = sequencer;

    /// <summary>Who carries it.</summary>
    public FeedShard Shard { get; set; } = shard;

    /// <summary>Whether its stream has ever said anything: the venue knows it then, whatever it says later.</summary>
    public bool IsProven => _isProven;

    /// <summary>How long its stream has said nothing.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>Its stream said something.</summary>
    /// <param name="at">When, a timestamp of the clock.</param>
    public void Prove(long at)
    {
        if (!_isProven || Volatile.Read(ref _refusals) > 0)
        {
            _isProven = true;
            Volatile.Write(ref _refusals, 0);
        }

        Heard(at);
    }

    /// <summary>The venue refused it; how long to wait before it is asked for again.</summary>
    public TimeSpan Refused()
    {
        var wait = TimeSpan.FromSeconds(1 << Math.Min(Interlocked.Increment(ref _refusals) - 1, 6));
        return wait < LongestRefusal ? wait : LongestRefusal;
    }

    /// <summary>Its stream is not to blame.</summary>
    public void Heard() => Heard(time.GetTimestamp());

    /// <summary>A connection died while this series was asked for and unanswered; how often in a row.</summary>
    public int Suspected() => Interlocked.Increment(ref _suspicions);

    /// <summary>History had what its stream did not say; how often in a row.</summary>
    public int Missed() => Interlocked.Increment(ref _missed);

    private void Heard(long at)
    {
        Volatile.Write(ref _heardAt, at);
        Volatile.Write(ref _missed, 0);
        Volatile.Write(ref _suspicions, 0);
    }
}
