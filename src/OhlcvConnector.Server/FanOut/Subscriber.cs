namespace OhlcvConnector.Server.FanOut;

/// <summary>One client's interest in one series. Its fields belong to the series' channel.</summary>
/// <param name="outbox">Where its quotes go.</param>
/// <param name="encoding">How it wants them.</param>
/// <param name="closedOnly">Whether it wants closed candles alone.</param>
internal sealed class Subscriber(Outbox outbox, IQuoteEncoding encoding, bool closedOnly)
{
    /// <summary>Where its quotes go.</summary>
    public Outbox Outbox { get; } = outbox;

    /// <summary>How it wants them.</summary>
    public IQuoteEncoding Encoding { get; } = encoding;

    /// <summary>Whether it wants closed candles alone.</summary>
    public bool ClosedOnly { get; } = closedOnly;

    /// <summary>The place of its open candle.</summary>
    public OpenPlace Place { get; } = new();

    /// <summary>Whether it gets what comes; false while it is given the past first.</summary>
    public bool IsLive { get; set; }

    /// <summary>Candles that open before this were given to it already.</summary>
    public long FromMs { get; set; }
}
