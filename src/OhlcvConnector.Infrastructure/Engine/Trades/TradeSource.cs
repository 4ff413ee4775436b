namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// The progress of a connection's trades, as their tapes know it: how far its trades have come, of whatever symbol. Safe from several threads.
/// </summary>
internal sealed class TradeSource
{
    private const long SilenceMs = 5_000; // of all symbols, and nobody knows whether there was nothing to say
    private const long BurstMs = 500; // what was held up comes in a burst, and the first of it says nothing of the rest

    private readonly Lock _gate = new();
    private readonly (long TradeMs, long OursMs)[] _steps = new (long, long)[32]; // of a second, or more: ten seconds at least
    private readonly (long FromMs, long ToMs)[] _silences = new (long, long)[16];
    private long _latestMs = long.MinValue;
    private long _heardAtMs;
    private long _aliveAtMs = long.MinValue;
    private long _unknownToMs = long.MinValue;
    private int _count;
    private int _silenceCount;
    private int _faults;

    /// <summary>Number of times that something came on the connection that may hide a message.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>Time at which anything at all came on the connection last, by our clock; the least number before that.</summary>
    public long AliveAtMs { get => Volatile.Read(ref _aliveAtMs); set => Volatile.Write(ref _aliveAtMs, value); }

    /// <summary>Counts something that came on the connection and may hide a message.</summary>
    public void Break() => Interlocked.Increment(ref _faults);

    /// <summary>Takes a trade that came on the connection.</summary>
    /// <param name="tradeMs">The time at which it happened, by the venue's clock; Unix epoch milliseconds.</param>
    /// <param name="oursMs">The time at which it came, by our clock.</param>
    public void Hear(long tradeMs, long oursMs)
    {
        const long StepMs = 250;
        if (oursMs - Volatile.Read(ref _heardAtMs) > SilenceMs)
        {
            Silent(tradeMs);
        }

        Volatile.Write(ref _heardAtMs, oursMs);
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

    /// <summary>Returns true when the connection brought trades all the time, of whatever symbol, so that it was mute at no time of a span.</summary>
    /// <param name="fromMs">The beginning, by the venue's clock.</param>
    /// <param name="toMs">The end.</param>
    public bool TalkedAllThe(long fromMs, long toMs)
    {
        lock (_gate)
        {
            if (_latestMs < toMs || fromMs < _unknownToMs || _silenceCount == 0)
            {
                return false;
            }

            for (var at = Math.Max(0, _silenceCount - _silences.Length); at < _silenceCount; at++)
            {
                var silence = _silences[at % _silences.Length];
                if (silence.FromMs < toMs && silence.ToMs > fromMs)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Notes the end of a silence of all symbols: the first is what was before the first trade.</summary>
    private void Silent(long tradeMs)
    {
        lock (_gate)
        {
            if (_silenceCount >= _silences.Length)
            {
                _unknownToMs = _silences[_silenceCount % _silences.Length].ToMs;
            }

            _silences[_silenceCount++ % _silences.Length] = (_latestMs, Math.Max(tradeMs, _latestMs));
        }
    }

    /// <summary>
    /// Returns true when trades of a time of the venue or later have come on the connection, of any symbol, and that half a second ago or longer.
    /// </summary>
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
