using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>Subscriber: one client that wants one series.</summary>
/// <param name="outbox">The outbox of the client.</param>
/// <param name="encoding">The encoding that it wants.</param>
/// <param name="closedOnly">True when it wants closed candles alone.</param>
/// <param name="indicators">Whose values it wants; null for none.</param>
internal sealed class Subscriber(Outbox outbox, IQuoteEncoding encoding, bool closedOnly, SeriesIndicators? indicators = null)
{
    /// <summary>Outbox of the client.</summary>
    public Outbox Outbox { get; } = outbox;

    /// <summary>Key of its audience: what it wants alike with others.</summary>
    public AudienceKey Key { get; } = new(encoding, closedOnly, indicators);

    /// <summary>Encoding that it wants.</summary>
    public IQuoteEncoding Encoding => Key.Encoding;

    /// <summary>True when it wants closed candles alone.</summary>
    public bool ClosedOnly => Key.ClosedOnly;

    /// <summary>Indicators whose values it wants; null for none.</summary>
    public SeriesIndicators? Indicators => Key.Indicators;

    /// <summary>The series' place in its outbox.</summary>
    public SeriesPlace Place { get; } = new();

    /// <summary>Index at which its audience has it; null in a group, and after the end. Belongs to the audience.</summary>
    public int? Index { get; set; }
}

/// <summary>Key of an audience: what its subscribers want alike.</summary>
/// <param name="Encoding">The encoding that they want.</param>
/// <param name="ClosedOnly">True when they want closed candles alone.</param>
/// <param name="Indicators">Whose values they want; null for none.</param>
internal readonly record struct AudienceKey(IQuoteEncoding Encoding, bool ClosedOnly, SeriesIndicators? Indicators);
