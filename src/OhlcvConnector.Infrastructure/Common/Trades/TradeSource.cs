namespace OhlcvConnector.Infrastructure.Common.Trades;

/// <summary>What a tape knows of a connection that trades come from. Safe from several threads.</summary>
internal sealed class TradeSource
{
    private long _heardMs = long.MinValue;
    private int _faults;

    /// <summary>The venue's clock when a candle or a trade came on it last, at the least that it may be; Unix epoch milliseconds.</summary>
    public long HeardMs
    {
        get => Volatile.Read(ref _heardMs);
        set => Volatile.Write(ref _heardMs, value);
    }

    /// <summary>How often something came on it that may hide a message.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>Something came on it that may hide a message.</summary>
    public void Break() => Interlocked.Increment(ref _faults);
}
