namespace OhlcvConnector.Infrastructure.Engine.Pacing;

/// <summary>
/// The clock of a venue, as far as its messages, the dates of its answers and our own clock agree. Deadlines of candles are measured with it, so that
/// neither a venue's wrong clock nor ours makes an open candle look closed.
/// </summary>
/// <remarks>
/// Three witnesses are heard: the stream, by its messages' times or else by the candles that they are of; the dates of answers; and our clock. Two that agree
/// are believed, so one that lies changes nothing; and each stands for its last few messages or answers, so one that lies is outvoted, and what was believed is
/// taken back when later ones disagree. Our clock is what has passed since the start, by its timestamps: setting it changes nothing.
/// </remarks>
internal sealed class VenueClock
{
    private const long AgreeMs = 3_000;           // of two witnesses; a message's way may take as long
    private const long DateHeaderStepMs = 1_000;
    private const long JumpMs = 60_000;

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly ClockWitness _messages = new(turnMs: 1_000, agreeing: 3);
    private readonly ClockWitness _candles = new(turnMs: 10_000, agreeing: 2); // each end of a candle says it exactly, and in between nothing does
    private readonly ClockWitness _dates = new(turnMs: 0, agreeing: 3);
    private readonly SteadyClock _ours;
    private long _wallAheadMs;
    private long _offsetMs;
    private long _surelyMs;

    /// <summary>Starts with our clock's word for it.</summary>
    /// <param name="clock">Our clock for candles.</param>
    public VenueClock(TimeProvider clock)
    {
        _clock = clock;
        _ours = new SteadyClock(clock);
    }

    /// <summary>Time of our clock as it would be had nobody set it since the start, Unix epoch milliseconds.</summary>
    public long OurNowMs => _ours.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The venue's clock as best known, Unix epoch milliseconds.</summary>
    public long NowMs => OurNowMs + Volatile.Read(ref _offsetMs);

    /// <summary>Returns the venue's time at a time of our clock, as best known; both in Unix epoch milliseconds.</summary>
    public long At(long oursMs) => oursMs + Volatile.Read(ref _offsetMs);

    /// <summary>
    /// Returns the least time that it surely was at the venue at a time of our clock: no witness that may be right says less. Unix epoch milliseconds.
    /// </summary>
    public long SurelyAt(long oursMs) => oursMs + Volatile.Read(ref _surelyMs);

    /// <summary>Time by which the venue's clock is ahead of ours; includes the fastest message's way to us.</summary>
    public TimeSpan Offset => TimeSpan.FromMilliseconds(Volatile.Read(ref _offsetMs));

    /// <summary>Learns from a message that the venue sent at this time by its clock, and that was received at that time by ours.</summary>
    public void OnEvent(long venueMs, long receivedMs) => Hear(_messages, venueMs - receivedMs, long.MaxValue, receivedMs);

    /// <summary>Learns from a message without a time of its own: it is of a candle that was open at the venue when it was sent.</summary>
    public void OnOpenCandle(long openMs, long closeMs, long receivedMs) => Hear(_candles, openMs - receivedMs, closeMs - receivedMs, receivedMs);

    /// <summary>Learns from the date of an answer, in whole seconds; the venue was asked and answered at these times by our clock.</summary>
    /// <returns>
    /// The latest time at the venue at which it surely had not answered yet: an answer says how things were when it left, however long it was on its way.
    /// </returns>
    public long OnDate(long dateMs, long sentMs, long receivedMs)
    {
        Hear(_dates, dateMs - receivedMs, dateMs + DateHeaderStepMs - sentMs, receivedMs);
        return Math.Min(SurelyAt(sentMs), dateMs + DateHeaderStepMs - 1);
    }

    private void Hear(ClockWitness witness, long minMs, long maxMs, long nowMs)
    {
        if (witness.KnowsBetter(minMs, maxMs, nowMs))
        {
            return;
        }

        lock (_gate)
        {
            LookAtTheWall();
            witness.Hear(minMs, maxMs, nowMs);
            Decide(_messages.Count > 0 ? _messages : _candles, _dates);
        }
    }

    /// <summary>
    /// Looks whether our clock was set, or the machine slept, and nothing passes for a timestamp then: what was heard before compares with nothing any more,
    /// and where the wall clock points now is another thing that our clock may mean.
    /// </summary>
    private void LookAtTheWall()
    {
        var aheadMs = _clock.GetUtcNow().ToUnixTimeMilliseconds() - OurNowMs;
        if (Math.Abs(aheadMs - _wallAheadMs) > JumpMs)
        {
            _wallAheadMs = aheadMs;
            _messages.Forget();
            _candles.Forget();
            _dates.Forget();
        }
    }

    private void Decide(ClockWitness stream, ClockWitness dates)
    {
        var (byStream, byDates, both) = (ByOurs(stream), ByOurs(dates), Both(stream, dates));
        long best;
        var surely = Least(byStream, byDates, both);
        if (surely < long.MaxValue)
        {
            best = byStream ?? both ?? byDates!.Value;
        }
        else if (stream.Count > 0 && dates.Count > 0)
        {
            var (one, other) = (stream.Nearest(0), dates.Nearest(0)); // all three say something else: not the extremes, and the least to be sure
            best = Math.Max(Math.Min(one, other), Math.Min(0, Math.Max(one, other)));
            surely = Math.Min(0, Math.Min(one, other));
        }
        else
        {
            var only = stream.Count > 0 ? stream : dates;
            var said = only.Nearest(0);
            best = only.IsSteady ? said : 0;
            surely = only == stream && only.IsSteady ? said : Math.Min(0, said);
        }

        Volatile.Write(ref _offsetMs, best);
        Volatile.Write(ref _surelyMs, surely);
    }

    /// <summary>Returns the offset in milliseconds that a witness and our clock agree on; null where they do not agree.</summary>
    private long? ByOurs(ClockWitness witness) =>
        witness.Count == 0 ? null
        : Math.Abs(witness.Nearest(0)) <= AgreeMs ? witness.Nearest(0)
        : Math.Abs(witness.Nearest(_wallAheadMs) - _wallAheadMs) <= AgreeMs ? witness.Nearest(_wallAheadMs)
        : null;

    /// <summary>Returns the offset in milliseconds that the stream and the dates agree on; null where they do not agree.</summary>
    private static long? Both(ClockWitness stream, ClockWitness dates) =>
        stream.Count > 0 && dates.Count > 0 && Math.Max(stream.Least, dates.Least) - Math.Min(stream.Most, dates.Most) <= AgreeMs
            ? stream.Nearest(dates.Nearest(0))
            : null;

    private static long Least(long? one, long? other, long? third) => Math.Min(one ?? long.MaxValue, Math.Min(other ?? long.MaxValue, third ?? long.MaxValue));
}
