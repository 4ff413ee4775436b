namespace OhlcvConnector.Server.FanOut;

/// <summary>How often a time fell into which range. Recording is one addition; reading is for whoever looks.</summary>
internal sealed class LatencyHistogram
{
    /// <summary>The upper bounds of the ranges in seconds, inclusive; one more range is above them all.</summary>
    public static readonly double[] Bounds = [.001, .005, .01, .05, .1, .5, 1, 2, 5, 10];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _sumTicks;

    /// <summary>The count of each range, the last one above all bounds.</summary>
    public long[] Counts => [.. Enumerable.Range(0, _counts.Length).Select(i => Volatile.Read(ref _counts[i]))];

    /// <summary>The sum of all times.</summary>
    public TimeSpan Sum => TimeSpan.FromTicks(Volatile.Read(ref _sumTicks));

    /// <summary>Records a time; one below zero, which clocks that differ can make, counts as zero.</summary>
    public void Record(TimeSpan time)
    {
        var ticks = Math.Max(0, time.Ticks);
        var seconds = (double)ticks / TimeSpan.TicksPerSecond;
        var range = 0;
        while (range < Bounds.Length && seconds > Bounds[range])
        {
            range++;
        }

        Interlocked.Increment(ref _counts[range]);
        Interlocked.Add(ref _sumTicks, ticks);
    }
}

/// <summary>The times of one market.</summary>
internal sealed class MarketTimes
{
    /// <summary>From the exchange's clock in a message to its receipt.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>From a candle's end to its hand-over to the clients; candles of the stream only.</summary>
    public LatencyHistogram CloseToDelivery { get; } = new();
}
