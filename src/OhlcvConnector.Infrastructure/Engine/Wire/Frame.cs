
namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>The kinds of a received frame.</summary>
internal enum FrameKind
{
    /// <summary>Message that does not concern us.</summary>
    Noise,

    /// <summary>Candles; they are in the batch.</summary>
    Quotes,

    /// <summary>Trades; those that somebody wants are in the batch.</summary>
    Trades,

    /// <summary>A subscription, or a whole request, was accepted.</summary>
    Acknowledged,

    /// <summary>A subscription, or a whole request, was refused.</summary>
    Rejected,

    /// <summary>The answer to our ping.</summary>
    Heartbeat,

    /// <summary>The venue announces that it will end this connection soon.</summary>
    Closing,

    /// <summary>The venue ends this connection because of an error; the note has its words.</summary>
    Failed,

    /// <summary>Not what the venue's protocol promises; the note says why.</summary>
    Malformed,
}

/// <summary>A decoded frame. Only the kinds that are rare carry a note, so that candles cost no allocation.</summary>
internal readonly record struct Frame(FrameKind Kind, FrameNote? Note = null)
{
    /// <summary>Frame that does not concern us.</summary>
    public static Frame Noise { get; } = new(FrameKind.Noise);

    /// <summary>Candles were added to the batch, or refused by it.</summary>
    public static Frame Quotes { get; } = new(FrameKind.Quotes);

    /// <summary>Trades were added to the batch, as far as anybody wants them.</summary>
    public static Frame Trades { get; } = new(FrameKind.Trades);

    /// <summary>The answer to our ping.</summary>
    public static Frame Heartbeat { get; } = new(FrameKind.Heartbeat);

    /// <summary>Not what the protocol promises.</summary>
    public static Frame Malformed(string reason) => new(FrameKind.Malformed, new FrameNote { Text = reason });
}

/// <summary>Note of an answer of the venue: what it refers to, and its words.</summary>
internal sealed record FrameNote
{
    /// <summary>The venue's own words; empty on success.</summary>
    public string Text { get; init; } = "";

    /// <summary>The id that our request carried; null where the answer does not name it.</summary>
    public long? RequestId { get; init; }

    /// <summary>The venue symbol that the answer names; null where it names none.</summary>
    public string? Symbol { get; init; }

    /// <summary>The stream spelling of the interval that the answer names; null where it names none.</summary>
    public string? Interval { get; init; }

    /// <summary>True when the answer is about a symbol's trades, and not about candles.</summary>
    public bool IsTrades { get; init; }

    /// <summary>True when asking again later can succeed: the venue was busy or throttled us.</summary>
    public bool Retry { get; init; }

    /// <summary>True when the venue refuses because it has the subscription already; it then did nothing else that the request asked for.</summary>
    public bool IsSubscribed { get; init; }
}

/// <summary>Id and time that a request carries besides its series: Gate.io wants both.</summary>
/// <param name="Id">Unique on the connection, positive.</param>
/// <param name="NowMs">Unix epoch milliseconds.</param>
internal readonly record struct RequestStamp(long Id, long NowMs);
