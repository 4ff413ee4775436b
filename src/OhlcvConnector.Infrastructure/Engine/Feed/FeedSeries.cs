using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Infrastructure.Engine.Trades;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>The state of one series of a feed.</summary>
internal sealed class FeedSeries(Series series, SeriesSequencer sequencer, FeedShard shard, TimeProvider time)
{
    private static readonly TimeSpan MaxRefusalLength = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstQuestionAfter = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SecondQuestionAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxBetweenQuestions = TimeSpan.FromMinutes(30);

    private long _heardAt = time.GetTimestamp();
    private long _spokeAt = time.GetTimestamp();
    private int _missed;
    private int _suspicions;
    private int _refusals;
    private volatile bool _isProven;
    private Spell? _spell;

    /// <summary>The series itself: the one object that stands for it everywhere.</summary>
    public Series Series => series;

    /// <summary>Sequencer that keeps the order of the series.</summary>
    public SeriesSequencer Sequencer { get; } = sequencer;

    /// <summary>Shard whose connections carry the series.</summary>
    public FeedShard Shard { get; set; } = shard;

    /// <summary>The trades of its symbol; null where they are not followed.</summary>
    public TradeTape? Tape { get; set; }

    /// <summary>Trading state of the symbol, as the reader was told last.</summary>
    public SeriesCondition Condition { get; set; }

    /// <summary>True when the stream has ever sent something for this series: the venue knows the series then, whatever it says later.</summary>
    public bool IsProven => _isProven;

    /// <summary>Time that the stream has sent nothing for this series, whether it is to blame for that or not.</summary>
    public TimeSpan Quiet => time.GetElapsedTime(Volatile.Read(ref _spokeAt));

    /// <summary>Time that the stream has sent nothing for this series, though it could have.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>True when history is to be asked if the candle goes on: the stream said nothing for a while, and its connection lived all the time.</summary>
    public bool IsQuestionDue =>
        Shard.LiveSinceAt is { } live && Volatile.Read(ref _refusals) == 0 && time.GetElapsedTime(live) >= FirstQuestionAfter
        && Silence >= (IsSame(_spell, live) ? _spell!.NextQuestionAt : FirstQuestionAfter);

    /// <summary>Begins a question to history; returns what to hold its answer against.</summary>
    public Spell Ask()
    {
        var live = Shard.LiveSinceAt.GetValueOrDefault();
        var last = IsSame(_spell, live) ? _spell : null;
        var wait = last is null ? SecondQuestionAfter : last.Wait * 2;
        wait = wait < MaxBetweenQuestions ? wait : MaxBetweenQuestions;
        return _spell = new Spell(Volatile.Read(ref _heardAt), live, Silence + wait, wait) { Newest = last?.Newest, IsAnswered = last?.IsAnswered ?? false };
    }

    /// <summary>Returns true when there were trades since the question before, while the stream said nothing.</summary>
    /// <param name="question">The question.</param>
    /// <param name="newest">The newest candle that history answered; null for none.</param>
    public bool WentOn(Spell question, PriceQuote? newest)
    {
        if (question != _spell || Shard.LiveSinceAt is not { } live || !IsSame(_spell, live))
        {
            return false; // the stream spoke meanwhile, or is another
        }

        var (before, wasAnswered) = (_spell.Newest, _spell.IsAnswered);
        (_spell.Newest, _spell.IsAnswered) = (newest, true);
        return wasAnswered && newest is { } now && (now.TradeCount ?? now.Volume ?? now.QuoteVolume) > 0
            && (before is not { } then || now.OpenMs > then.OpenMs || (now.OpenMs == then.OpenMs && !now.SameValues(then)));
    }

    /// <summary>Notes that the stream sent something for this series: resets the silence clock and the count of refusals.</summary>
    /// <param name="at">The time of the message, a timestamp of the clock.</param>
    public void Prove(long at)
    {
        if (!_isProven || Volatile.Read(ref _refusals) > 0)
        {
            _isProven = true;
            Volatile.Write(ref _refusals, 0);
        }

        Volatile.Write(ref _spokeAt, at);
        Heard(at);
    }

    /// <summary>Counts a refusal of the venue; returns the time to wait before the series is asked for again.</summary>
    public TimeSpan Refused()
    {
        var wait = TimeSpan.FromSeconds(1 << Math.Min(Interlocked.Increment(ref _refusals) - 1, 6));
        return wait < MaxRefusalLength ? wait : MaxRefusalLength;
    }

    /// <summary>Resets the silence clock, because the stream is not to blame for the silence.</summary>
    public void Heard() => Heard(time.GetTimestamp());

    /// <summary>Counts a connection that died while this series was asked for and unanswered; returns the number in a row.</summary>
    public int Suspected() => Interlocked.Increment(ref _suspicions);

    /// <summary>Counts a close that history had and the stream did not bring; returns the number in a row.</summary>
    public int Missed() => Interlocked.Increment(ref _missed);

    private void Heard(long at)
    {
        Volatile.Write(ref _heardAt, at);
        Volatile.Write(ref _missed, 0);
        Volatile.Write(ref _suspicions, 0);
    }

    private bool IsSame([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] Spell? spell, long live) =>
        spell is not null && spell.HeardAt == Volatile.Read(ref _heardAt) && spell.LiveAt == live;

    /// <summary>Silence of a stream, and the answers of history during it.</summary>
    /// <param name="heardAt">The time of the stream's last message, a timestamp of the clock.</param>
    /// <param name="liveAt">Since when its connection lives.</param>
    /// <param name="nextQuestionAt">The length of the silence at which history is asked again.</param>
    /// <param name="wait">The time between this question and the next.</param>
    internal sealed class Spell(long heardAt, long liveAt, TimeSpan nextQuestionAt, TimeSpan wait)
    {
        public long HeardAt => heardAt;

        public long LiveAt => liveAt;

        public TimeSpan NextQuestionAt => nextQuestionAt;

        public TimeSpan Wait => wait;

        public PriceQuote? Newest { get; set; }

        public bool IsAnswered { get; set; }
    }
}
