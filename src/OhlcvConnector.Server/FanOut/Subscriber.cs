namespace OhlcvConnector.Server.FanOut;

/// <summary>One client's interest in one series. Its fields belong to the series' channel.</summary>
/// <param name="outbox">Where its quotes go.</param>
/// <param name="encoding">How it wants them.</param>
/// <param name="closedOnly">Whether it wants closed candles alone.</param>
/// <param name="indicators">Whose values it wants; null for none.</param>
internal sealed class Subscriber(Outbox outbox, IQuoteEncoding encoding, bool closedOnly, SeriesIndicators? indicators = null)
{
    private volatile bool _isLive;

    /// <summary>Where its quotes go.</summary>
    public Outbox Outbox { get; } = outbox;

    /// <summary>How it wants them.</summary>
    public IQuoteEncoding Encoding { get; } = encoding;

    /// <summary>Whether it wants closed candles alone.</summary>
    public bool ClosedOnly { get; } = closedOnly;

    /// <summary>Whose values it wants; null for none.</summary>
    public SeriesIndicators? Indicators { get; } = indicators;

    /// <summary>The place of its open candle.</summary>
    public OpenPlace Place { get; } = new();

    /// <summary>With whom it wants the series; set when it is attached.</summary>
    public Audience Audience { get; set; } = null!;

    /// <summary>Where the audience has it; null in a group, and after the end.</summary>
    public int? Index { get; set; }

    /// <summary>Whether it gets what comes; false while it is given the past first, and after the end.</summary>
    public bool IsLive
    {
        get => _isLive;
        set => _isLive = value;
    }

    /// <summary>Candles that open before this were given to it already.</summary>
    public long FromMs { get; set; }

    /// <summary>Whether a message is for it.</summary>
    public bool Takes(in Frame frame) => _isLive && frame.OpenMs >= FromMs;
}
