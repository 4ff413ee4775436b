using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>A series that one stream sends, and how far it got.</summary>
/// <param name="Topic">The venue's name for it, as the client asked.</param>
/// <param name="Market">Where it trades.</param>
/// <param name="Listing">What trades; null for a name that the venue takes without knowing it, and stays silent about.</param>
/// <param name="Interval">The candles' length.</param>
/// <param name="EveryMs">How often it sends at most, in market time.</param>
internal sealed record Subscription(string Topic, MarketBooks Market, Listing? Listing, Interval Interval, long EveryMs)
{
    /// <summary>How far the grid lies before UTC's: venues of the East open a day at their own midnight.</summary>
    public long ShiftMs { get; init; }

    /// <summary>The open time of the candle that contains a moment.</summary>
    public long FloorMs(long momentMs) => Interval.FloorMs(momentMs + ShiftMs) - ShiftMs;

    /// <summary>The open time of the next candle.</summary>
    public long NextMs(long openMs) => Interval.NextMs(openMs + ShiftMs) - ShiftMs;

    /// <summary>Open time of the candle that is being sent.</summary>
    public long OpenMs { get; set; }

    /// <summary>When to look again.</summary>
    public long DueMs { get; set; }

    /// <summary>The trades that the last message knew of; -1 before the first message of a candle.</summary>
    public long SentCount { get; set; } = -1;

    /// <summary>When the last message was sent.</summary>
    public long SentAtMs { get; set; }

    /// <summary>Whether it sends the trades of each second that is over, and no candles.</summary>
    public bool IsTrades { get; init; }

    /// <summary>How much of the past it begins with, in milliseconds.</summary>
    public long PastMs { get; init; }

    /// <summary>Messages of trades that a fault holds back, each until a time.</summary>
    public List<(long UntilMs, byte[] Message)> Late { get; } = [];

    /// <summary>A message of trades that is sent after the next one: a fault.</summary>
    public byte[]? Overtaken { get; set; }

    /// <summary>Whether it is not sent any more, though the client believes so.</summary>
    public bool IsStalled { get; set; }
}
