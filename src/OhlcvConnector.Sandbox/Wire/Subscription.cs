using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>A series that one stream sends, and how far it got.</summary>
/// <param name="Topic">The venue's name for it, as the client asked.</param>
/// <param name="Market">The market that it trades on.</param>
/// <param name="Listing">The listing that trades; null for a name that the venue takes without knowing it, and stays silent about.</param>
/// <param name="Interval">The candles' length.</param>
/// <param name="EveryMs">The shortest time between two messages, in milliseconds of market time.</param>
internal sealed record Subscription(string Topic, MarketBooks Market, Listing? Listing, Interval Interval, long EveryMs)
{
    /// <summary>Time by which the grid lies before UTC's, in milliseconds: venues of the East open a day at their own midnight.</summary>
    public long ShiftMs { get; init; }

    /// <summary>The open time of the candle that contains a moment.</summary>
    public long FloorMs(long momentMs) => Interval.FloorMs(momentMs + ShiftMs) - ShiftMs;

    /// <summary>The open time of the next candle.</summary>
    public long NextMs(long openMs) => Interval.NextMs(openMs + ShiftMs) - ShiftMs;

    /// <summary>Open time of the candle that is being sent.</summary>
    public long OpenMs { get; set; }

    /// <summary>Time at which to look again, by the venue's clock, Unix epoch milliseconds.</summary>
    public long DueMs { get; set; }

    /// <summary>The trades that the last message knew of; -1 before the first message of a candle.</summary>
    public long SentCount { get; set; } = -1;

    /// <summary>Time at which the last message was sent, by the venue's clock, Unix epoch milliseconds.</summary>
    public long SentAtMs { get; set; }

    /// <summary>True when the subscription sends the trades of each second that is over, and no candles.</summary>
    public bool IsTrades { get; init; }

    /// <summary>Length of the past that it begins with, in milliseconds.</summary>
    public long PastMs { get; init; }

    /// <summary>Messages of trades that a fault holds back, each until a time.</summary>
    public List<(long UntilMs, byte[] Message)> Late { get; } = [];

    /// <summary>A message of trades that is sent after the next one: a fault.</summary>
    public byte[]? Overtaken { get; set; }

    /// <summary>True when the series is not sent any more, though the client believes so.</summary>
    public bool IsStalled { get; set; }
}
