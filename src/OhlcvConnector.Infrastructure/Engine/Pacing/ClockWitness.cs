namespace OhlcvConnector.Infrastructure.Engine.Pacing;

/// <summary>
/// Estimates from one kind of message how far a venue's clock is ahead of ours: at least so much, for a message cannot come before it was sent, and at most so
/// much, where it says that. Remembers what it said in its last turns, and believes what several of them say, so that single lies change nothing. Guarded by
/// its clock.
/// </summary>
/// <param name="turnMs">The length of a turn in milliseconds, of which only the narrowest is kept; 0 makes each message a turn.</param>
/// <param name="agreeing">The number of turns that must say at least so much before it is believed, where there are enough of them.</param>
internal sealed class ClockWitness(long turnMs, int agreeing)
{
    private const int MaxTurns = 15;
    private const int FewTurns = 5;
    private const long MemoryMs = 60_000;
    private const long FineMs = 100; // what is less of a difference is not worth a thought

    private readonly List<Turn> _turns = [];
    private readonly long[] _sorted = new long[MaxTurns + 1];
    private long _turnStartMs = long.MinValue / 2;
    private long _turnLeastMs;
    private long _turnMostMs;

    /// <summary>Turns that it remembers.</summary>
    public int Count => _turns.Count;

    /// <summary>True when the witness has heard enough turns (three) to be believed against our clock.</summary>
    public bool IsSteady => _turns.Count >= 3;

    /// <summary>Least time, in milliseconds, by which the venue's clock is ahead.</summary>
    public long Least { get; private set; }

    /// <summary>Largest time, in milliseconds, by which the venue's clock is ahead.</summary>
    public long Most { get; private set; }

    /// <summary>The nearest to a value of what it holds possible.</summary>
    public long Nearest(long value) => Math.Clamp(value, Least, Most);

    /// <summary>Returns true when a message says no more than this turn knows already. Needs no lock: who errs only hears it again.</summary>
    public bool KnowsBetter(long minMs, long maxMs, long nowMs) =>
        nowMs - Volatile.Read(ref _turnStartMs) < turnMs && minMs <= Volatile.Read(ref _turnLeastMs) && maxMs > Volatile.Read(ref _turnMostMs) - FineMs;

    /// <summary>Takes what a message says.</summary>
    public void Hear(long minMs, long maxMs, long nowMs)
    {
        if (nowMs - _turnStartMs < turnMs)
        {
            _turns[^1] = new Turn(_turnStartMs, Math.Max(_turns[^1].MinMs, minMs), Math.Min(_turns[^1].MaxMs, maxMs));
        }
        else
        {
            _turns.Add(new Turn(nowMs, minMs, maxMs));
            Volatile.Write(ref _turnStartMs, nowMs);
        }

        Volatile.Write(ref _turnLeastMs, _turns[^1].MinMs);
        Volatile.Write(ref _turnMostMs, _turns[^1].MaxMs);
        var longest = Math.Max(MemoryMs, turnMs * MaxTurns);
        while (_turns.Count > MaxTurns || (_turns.Count > FewTurns && nowMs - _turns[0].AtMs > longest))
        {
            _turns.RemoveAt(0);
        }

        Weigh();
    }

    /// <summary>Remembers nothing.</summary>
    public void Forget()
    {
        _turns.Clear();
        Volatile.Write(ref _turnStartMs, long.MinValue / 2);
    }

    private void Weigh()
    {
        var count = _turns.Count;
        var rank = Math.Min(agreeing, count < 2 ? 1 : count < FewTurns ? 2 : 3);
        for (var i = 0; i < count; i++)
        {
            _sorted[i] = _turns[i].MinMs;
        }

        Array.Sort(_sorted, 0, count);
        var least = _sorted[count - rank];
        for (var i = 0; i < count; i++)
        {
            _sorted[i] = _turns[i].MaxMs;
        }

        Array.Sort(_sorted, 0, count);
        var most = _sorted[rank - 1] == long.MaxValue ? least : _sorted[rank - 1]; // who does not say how much at most: its fastest messages are the measure
        Least = Math.Min(least, most);
        Most = most;
    }

    private readonly record struct Turn(long AtMs, long MinMs, long MaxMs);
}
