namespace OhlcvConnector.Infrastructure.Common.Trades;

/// <summary>What a tape knows of a connection that trades come from: how far its trades have come, of whatever symbol. Safe from several threads.</summary>
internal sealed class TradeSource
{
    private const long BurstMs = 500; // what was held up comes in a burst, and the first of it says nothing of the rest

    private readonly Lock _gate = new();
    private readonly (long TradeMs, long OursMs)[] _steps = new (long, long)[32]; // of a second, or more: ten seconds at least
    private long _latestMs = long.MinValue;
    private int _count;
    private int _faults;

    /// <summary>How often something came on it that may hide a message.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>Something came on it that may hide a message.</summary>
    public void Break() => Interlocked.Increment(ref _faults);

    /// <summary>A trade came on it.</summary>
    /// <param name="tradeMs">When it happened, by the venue's clock; Unix epoch milliseconds.</param>
    /// <param name="oursMs">When it came, by ours.</param>
    public void Hear(long tradeMs, long oursMs)
    {
        const long StepMs = 250;
        if (tradeMs - StepMs < Volatile.Read(ref _latestMs))
        {
            return;
        }

        lock (_gate)
        {
            _steps[_count++ % _steps.Length] = (tradeMs, oursMs);
            Volatile.Write(ref _latestMs, tradeMs);
        }
    }

    /// <summary>Whether trades of a time of the venue or later have come on it, of any symbol, and that some time ago.</summary>
    public bool GoesOn(long afterMs, long oursMs)
    {
        if (Volatile.Read(ref _latestMs) < afterMs)
        {
            return false;
        }

        lock (_gate)
        {
            var firstMs = long.MaxValue;
            for (var at = Math.Max(0, _count - _steps.Length); at < _count; at++)
            {
                var (tradeMs, heardMs) = _steps[at % _steps.Length];
                firstMs = tradeMs >= afterMs ? Math.Min(firstMs, heardMs) : firstMs;
            }

            return firstMs != long.MaxValue && oursMs - firstMs >= BurstMs;
        }
    }
}
