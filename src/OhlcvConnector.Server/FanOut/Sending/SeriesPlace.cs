namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// The place of one series in one client's outbox: whether the client takes what comes, and the newest state of the open candle, which waits here. The open
/// candle belongs to the outbox; the rest to the series' channel.
/// </summary>
internal sealed class SeriesPlace
{
    private volatile bool _isLive;

    /// <summary>True when the client gets what comes; false while it is given the past first, and after the end.</summary>
    public bool IsLive
    {
        get => _isLive;
        set => _isLive = value;
    }

    /// <summary>Open time of the first candle that the client was not given already, Unix epoch milliseconds.</summary>
    public long FromMs { get; set; }

    /// <summary>The newest state of the open candle, encoded; null when none waits.</summary>
    public byte[]? Open { get; set; }

    /// <summary>The open time of <see cref="Open"/>, Unix epoch milliseconds.</summary>
    public long OpenMs { get; set; }

    /// <summary>True when the open candle waits for its turn.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Index at which its audience's row has it; belongs to <see cref="SettledClients"/>.</summary>
    public int RowIndex { get; set; }

    /// <summary>Returns true when a message is for the client.</summary>
    public bool Takes(in OutboundFrame frame) => _isLive && frame.OpenMs >= FromMs;
}
