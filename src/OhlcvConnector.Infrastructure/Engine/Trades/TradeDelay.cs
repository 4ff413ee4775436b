namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// Measures how late the trades of a market come, by our own clock, so that no other need be right: of a thousand recent ones all but one, and all of the last
/// few, have come by <see cref="DueMs"/>. Safe from several threads.
/// </summary>
internal sealed class TradeDelay
{
    private const int StepMs = 50;
    private const int Steps = 400;                  // twenty seconds
    private const int Enough = 30;                  // trades, before which nothing is known
    private const int Rest = 1_000;                 // one in so many may be later
    private const int MeasureEvery = 30;
    private const int Many = 1_000;
    private const long BelowMs = 2_000;             // by how much later trades may come sooner than the first
    private const long MarginMs = 100;
    private const long GuessMs = 2_000;
    private const long HalveEveryMs = 10_000;
    private const long Unknown = long.MaxValue / 4;

    private readonly int[] _counts = new int[Steps + 1];
    private readonly long[] _last = new long[16];
    private readonly Lock _gate = new();
    private long _delayMs = Unknown;
    private long _baseMs = Unknown;
    private long _halvedAtMs;
    private int _heard;

    /// <summary>
    /// Longest delay of trades in milliseconds, by the difference between our clock and the venue's and their way to us; endless while that is not known.
    /// </summary>
    public long DelayMs
    {
        get
        {
            var delay = Volatile.Read(ref _delayMs);
            foreach (var last in _last)
            {
                delay = Math.Max(delay, last + MarginMs); // should the venue have set its clock back
            }

            return delay;
        }
    }

    /// <summary>
    /// Longest delay of trades in milliseconds for who would rather guess while it is not known: two seconds more than the last trades took; endless before the
    /// first.
    /// </summary>
    public long GuessedMs
    {
        get
        {
            var (delay, latest) = (DelayMs, long.MinValue);
            foreach (var last in _last)
            {
                latest = Math.Max(latest, last);
            }

            return delay < Unknown || Volatile.Read(ref _baseMs) == Unknown ? delay : latest + GuessMs;
        }
    }

    /// <summary>Returns the time by our clock at which the trades of what ended at a time of the venue have come; Unix epoch milliseconds.</summary>
    public long DueMs(long closeMs) => closeMs + DelayMs;

    /// <summary>Takes a trade.</summary>
    /// <param name="timeMs">The time at which it happened, by the venue's clock.</param>
    /// <param name="oursMs">The time at which it came, by our clock.</param>
    public void Hear(long timeMs, long oursMs)
    {
        var delayMs = oursMs - timeMs;
        if (delayMs < Volatile.Read(ref _baseMs))
        {
            Begin(delayMs);
        }

        var heard = Interlocked.Increment(ref _heard);
        Volatile.Write(ref _last[heard & (_last.Length - 1)], delayMs);
        Interlocked.Increment(ref _counts[Math.Clamp((delayMs - Volatile.Read(ref _baseMs)) / StepMs, 0, Steps)]);
        if (heard % MeasureEvery == 0)
        {
            Measure(oursMs);
        }
    }

    /// <summary>Begins to measure anew: with the first trade, or because the clock is another than what was measured with.</summary>
    private void Begin(long delayMs)
    {
        lock (_gate)
        {
            Array.Clear(_counts);
            Array.Fill(_last, delayMs);
            Volatile.Write(ref _delayMs, Unknown);
            Volatile.Write(ref _baseMs, delayMs - BelowMs);
        }
    }

    private void Measure(long oursMs)
    {
        lock (_gate)
        {
            var all = 0L;
            foreach (var count in _counts)
            {
                all += count;
            }

            var later = all / Rest;
            if (_counts[Steps] > all / 2)
            {
                Volatile.Write(ref _baseMs, Unknown); // they come so late that the clock must be another: it begins anew
                Volatile.Write(ref _delayMs, Unknown);
                return;
            }

            var step = Steps;
            while (step > 0 && later >= _counts[step])
            {
                later -= _counts[step--];
            }

            Volatile.Write(ref _delayMs, all < Enough || step == Steps ? Unknown : _baseMs + ((step + 1) * StepMs) + MarginMs);
            if (Math.Abs(oursMs - _halvedAtMs) > HalveEveryMs && all > Many)
            {
                _halvedAtMs = oursMs;
                for (var i = 0; i < _counts.Length; i++)
                {
                    _counts[i] /= 2;
                }
            }
        }
    }
}
