using System.Text.Json;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>Kind of an event that can wait for a feed's reader.</summary>
internal enum FeedEventKind
{
    /// <summary>Connected: a connection was made, and everything is to be subscribed on it.</summary>
    Connected,

    /// <summary>A closed candle.</summary>
    Closed,

    /// <summary>The newest state of an open candle, which its slot holds.</summary>
    Open,

    /// <summary>Candles that the server calls missing.</summary>
    Gap,

    /// <summary>The status of a series.</summary>
    Status,

    /// <summary>The answer to a request.</summary>
    Answer,
}

/// <summary>Event that waits for a feed's reader.</summary>
/// <param name="Kind">The kind of the event; the other fields are those of this kind.</param>
internal readonly record struct FeedEvent(FeedEventKind Kind)
{
    /// <summary>The series; null for connections and answers.</summary>
    public FeedSeries? Series { get; init; }

    /// <summary>The closed candle.</summary>
    public ServerCandle Candle { get; init; }

    /// <summary>The place of the open candle.</summary>
    public OpenSlot? Slot { get; init; }

    /// <summary>The missing candles.</summary>
    public Gap? Gap { get; init; }

    /// <summary>The answer or the status, as it came.</summary>
    public JsonElement Message { get; init; }
}

/// <summary>The place of a series' open candle in the queue: newer states replace older ones until the reader takes it.</summary>
internal sealed class OpenSlot
{
    /// <summary>The newest state.</summary>
    public PriceQuote Quote { get; set; }
}
