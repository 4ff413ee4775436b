using System.Collections.Concurrent;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>What a connector may not do.</summary>
internal enum Offence
{
    /// <summary>A candle never came.</summary>
    Lost,

    /// <summary>It came twice.</summary>
    Doubled,

    /// <summary>It came after a later one.</summary>
    OutOfOrder,

    /// <summary>It has values that it never had.</summary>
    WrongValues,

    /// <summary>A later one came, and nothing said that this is missing.</summary>
    SilentSkip,

    /// <summary>It was announced as missing, though history has it two minutes later.</summary>
    FalseGap,

    /// <summary>An open update came after a newer one, or after its candle's close.</summary>
    StaleUpdate,

    /// <summary>A stream or a read ended as none may.</summary>
    WrongEnd,

    /// <summary>A stream brought nothing new for very long while all was well.</summary>
    Stuck,
}

/// <summary>What was found at one market.</summary>
/// <param name="venue">The market.</param>
internal sealed class Verdict(JudgedVenue venue)
{
    private const int MaxTold = 5;

    private readonly long[] _counts = new long[Enum.GetValues<Offence>().Length];
    private readonly ConcurrentDictionary<FaultKind, (long Closes, double WorstSeconds)> _delays = new();
    private readonly ConcurrentDictionary<(string, Offence), int> _told = new();
    private long _closed;
    private long _open;
    private long _inferred;
    private long _inferredShort;
    private long _gapCandles;
    private long _histories;
    private long _visits;
    private double _worstSeconds;

    public JudgedVenue Venue => venue;

    public ConcurrentQueue<string> Findings { get; } = new();

    /// <summary>Reads that ended with an error that the documentation allows at the time, by its name.</summary>
    public ConcurrentDictionary<string, int> Refusals { get; } = new();

    public long Closed => Volatile.Read(ref _closed);

    public long Open => Volatile.Read(ref _open);

    public long Inferred => Volatile.Read(ref _inferred);

    /// <summary>Inferred closes that lack trades of their last moments, which they may.</summary>
    public long InferredShort => Volatile.Read(ref _inferredShort);

    /// <summary>Candles that are announced as missing, and are.</summary>
    public long GapCandles => Volatile.Read(ref _gapCandles);

    public long Histories => Volatile.Read(ref _histories);

    public long Visits => Volatile.Read(ref _visits);

    public double WorstSeconds => Volatile.Read(ref _worstSeconds);

    public bool IsClean => _counts.All(count => count == 0) && venue.Complaints.IsEmpty;

    public long Count(Offence offence) => Volatile.Read(ref _counts[(int)offence]);

    public (long Closes, double WorstSeconds) Delay(FaultKind kind) => _delays.GetValueOrDefault(kind);

    public void Accuse(Offence offence, string reader, string what, long fromMs, long nowMs)
    {
        Interlocked.Increment(ref _counts[(int)offence]);
        if (_told.AddOrUpdate((reader.Split(' ')[0], offence), 1, (_, count) => count + 1) <= MaxTold)
        {
            var faults = string.Join(' ', venue.Faults.Between(nowMs - 120_000, nowMs).Union(venue.Faults.Between(fromMs, Math.Min(nowMs, fromMs + 90_000))));
            Findings.Enqueue($"{Clock(nowMs)} {venue.Name} {reader}: {offence}: {what} [{faults}]");
        }
    }

    public void SawOpen() => Interlocked.Increment(ref _open);

    public void SawClosed(bool isInferred, bool isShort)
    {
        Interlocked.Increment(ref _closed);
        Interlocked.Add(ref _inferred, isInferred ? 1 : 0);
        Interlocked.Add(ref _inferredShort, isShort ? 1 : 0);
    }

    public void SawGap() => Interlocked.Increment(ref _gapCandles);

    public void SawHistory() => Interlocked.Increment(ref _histories);

    public void SawVisit() => Interlocked.Increment(ref _visits);

    /// <summary>Books how long after its end a live close came, for all faults that went on meanwhile.</summary>
    public void SawDelay(long endMs, long nowMs)
    {
        var seconds = (nowMs - endMs) / 1000.0;
        _worstSeconds = Math.Max(_worstSeconds, seconds);
        foreach (var kind in venue.Faults.Between(endMs, nowMs))
        {
            _delays.AddOrUpdate(kind, (1, seconds), (_, known) => (known.Closes + 1, Math.Max(known.WorstSeconds, seconds)));
        }
    }

    public static string Clock(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
