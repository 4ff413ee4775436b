using System.Collections.Concurrent;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>What is wrong with one venue at the moment, what was when, and how often it was felt.</summary>
/// <param name="clock">The market's clock.</param>
internal sealed class FaultBoard(FastClock clock)
{
    private static readonly int Kinds = Enum.GetValues<FaultKind>().Length;

    private readonly long[] _untilMs = new long[Kinds];
    private readonly long[] _begun = new long[Kinds];
    private readonly long[] _hits = new long[Kinds];
    private readonly ConcurrentQueue<(FaultKind Kind, long FromMs, long ToMs)> _windows = new();

    public void Begin(FaultKind kind, TimeSpan length)
    {
        var now = clock.NowMs;
        var until = now + (long)length.TotalMilliseconds;
        _windows.Enqueue((kind, now, until));
        Interlocked.Increment(ref _begun[(int)kind]);
        Volatile.Write(ref _untilMs[(int)kind], until);
    }

    /// <summary>Whether it goes on, without counting.</summary>
    public bool IsOn(FaultKind kind) => Volatile.Read(ref _untilMs[(int)kind]) > clock.NowMs;

    /// <summary>How much longer it goes on.</summary>
    public long RemainingMs(FaultKind kind) => Math.Max(0, Volatile.Read(ref _untilMs[(int)kind]) - clock.NowMs);

    /// <summary>Whether it goes on; counted as felt if so.</summary>
    public bool Strikes(FaultKind kind)
    {
        if (!IsOn(kind))
        {
            return false;
        }

        Interlocked.Increment(ref _hits[(int)kind]);
        return true;
    }

    /// <summary>Whether it goes on, which ends it: for what happens once.</summary>
    public bool StrikesOnce(FaultKind kind)
    {
        var until = Volatile.Read(ref _untilMs[(int)kind]);
        if (until <= clock.NowMs || Interlocked.CompareExchange(ref _untilMs[(int)kind], 0, until) != until)
        {
            return false;
        }

        Interlocked.Increment(ref _hits[(int)kind]);
        return true;
    }

    public void Felt(FaultKind kind) => Interlocked.Increment(ref _hits[(int)kind]);

    public long Begun(FaultKind kind) => Volatile.Read(ref _begun[(int)kind]);

    public long Hits(FaultKind kind) => Volatile.Read(ref _hits[(int)kind]);

    /// <summary>What went on at some time of a span.</summary>
    public IEnumerable<FaultKind> Between(long fromMs, long toMs) =>
        _windows.Where(window => window.FromMs < toMs && window.ToMs > fromMs).Select(window => window.Kind).Distinct();
}
