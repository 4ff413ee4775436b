using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>One client that wants one series.</summary>
/// <param name="outbox">Where its quotes go.</param>
/// <param name="encoding">How it wants them.</param>
/// <param name="closedOnly">Whether it wants closed candles alone.</param>
/// <param name="indicators">Whose values it wants; null for none.</param>
internal sealed class Subscriber(Outbox outbox, IQuoteEncoding encoding, bool closedOnly, SeriesIndicators? indicators = null)
{
    /// <summary>Where its quotes go.</summary>
    public Outbox Outbox { get; } = outbox;

    /// <summary>What it wants alike with others.</summary>
    public AudienceKey Key { get; } = new(encoding, closedOnly, indicators);

    /// <summary>How it wants them.</summary>
    public IQuoteEncoding Encoding => Key.Encoding;

    /// <summary>Whether it wants closed candles alone.</summary>
    public bool ClosedOnly => Key.ClosedOnly;

    /// <summary>Whose values it wants; null for none.</summary>
    public SeriesIndicators? Indicators => Key.Indicators;

    /// <summary>The series' place in its outbox.</summary>
    public SeriesPlace Place { get; } = new();

    /// <summary>Where its audience has it; null in a group, and after the end. Belongs to the audience.</summary>
    public int? Index { get; set; }
}

/// <summary>What subscribers of a series want alike.</summary>
/// <param name="Encoding">How they want it.</param>
/// <param name="ClosedOnly">Whether they want closed candles alone.</param>
/// <param name="Indicators">Whose values they want; null for none.</param>
internal readonly record struct AudienceKey(IQuoteEncoding Encoding, bool ClosedOnly, SeriesIndicators? Indicators);
