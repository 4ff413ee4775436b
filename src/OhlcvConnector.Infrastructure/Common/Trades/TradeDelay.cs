namespace OhlcvConnector.Infrastructure.Common.Trades;

/// <summary>How late the trades of a market come, measured: of a thousand recent ones all but one have come within <see cref="GraceMs"/>. Safe from several threads.</summary>
internal sealed class TradeDelay
{
    private const int StepMs = 50;
    private const int Steps = 400;
    private const int Enough = 200;                 // trades, before which nothing is known
    private const int Rest = 1_000;                 // one in so many may be later
    private const long UnknownMs = 1_500;
    private const long MarginMs = 100;
    private const long HalveEveryMs = 10_000;

    private readonly int[] _counts = new int[Steps + 1];
    private readonly Lock _gate = new();
    private long _graceMs = UnknownMs;
    private long _halvedAtMs;
    private int _since;

    /// <summary>How long after a candle's end its last trades have come.</summary>
    public long GraceMs => Volatile.Read(ref _graceMs);

    /// <summary>A trade came.</summary>
    /// <param name="delayMs">How long after it happened, both by the venue's clock.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void Hear(long delayMs, long nowMs)
    {
        Interlocked.Increment(ref _counts[Math.Clamp(delayMs / StepMs, 0, Steps)]);
        if (Interlocked.Increment(ref _since) >= Enough || Math.Abs(nowMs - Volatile.Read(ref _halvedAtMs)) > HalveEveryMs)
        {
            Measure(nowMs);
        }
    }

    private void Measure(long nowMs)
    {
        lock (_gate)
        {
            Volatile.Write(ref _since, 0);
            var all = 0L;
            foreach (var count in _counts)
            {
                all += count;
            }

            if (all >= Enough)
            {
                var later = all / Rest;
                var step = Steps;
                while (step > 0 && later >= _counts[step])
                {
                    later -= _counts[step--];
                }

                Volatile.Write(ref _graceMs, ((step + 1) * StepMs) + MarginMs);
            }

            if (Math.Abs(nowMs - _halvedAtMs) > HalveEveryMs && all > Enough * 2)
            {
                Volatile.Write(ref _halvedAtMs, nowMs);
                for (var i = 0; i < _counts.Length; i++)
                {
                    _counts[i] -= _counts[i] / 2; // rounded so that the last of them stays a while
                }
            }
        }
    }
}
