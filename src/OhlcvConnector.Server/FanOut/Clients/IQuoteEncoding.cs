using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>Encoding of a series' quotes, as its subscribers want it; equal ones share their bytes. Records, so that equality is by value.</summary>
internal interface IQuoteEncoding
{
    /// <summary>A quote as a whole WebSocket frame.</summary>
    /// <param name="published">The quote.</param>
    /// <param name="now">The time at which it is sent, UTC.</param>
    byte[] Quote(in Published published, DateTimeOffset now);

    /// <summary>The notice that candles are missing and will not come; null where the protocol has none.</summary>
    byte[]? Gap(Series series, Gap gap);

    /// <summary>The notice that a series lives, stalls or comes back; null where the protocol has none.</summary>
    byte[]? Status(Series series, SeriesState state, string reason, DateTimeOffset now);
}

/// <summary>A quote with its place in the series.</summary>
/// <param name="Quote">The quote.</param>
/// <param name="Sequence">
/// Closed candles of a series count up by one each, from 1 when the server began to follow the series; an open one has the number that its close will have.
/// 0 for a candle from before.
/// </param>
/// <param name="Epoch">
/// Within which the number counts: another server, and the same one when it follows the series anew, has another. Null for a candle from before.
/// </param>
/// <param name="QuietFromMs">Open time of the first of the candles before this one that had no trades and that the exchange leaves out; 0 for none.</param>
internal readonly record struct Published(PriceQuote Quote, long Sequence, string? Epoch = null, long QuietFromMs = 0)
{
    /// <summary>Indicators' values, for who wants some.</summary>
    public QuoteValues Values { get; init; }
}

/// <summary>Indicators' values of a quote.</summary>
/// <param name="Columns">Their names; null where none are wanted.</param>
/// <param name="Numbers">Them; null where there are none, as of a revision.</param>
internal readonly record struct QuoteValues(IReadOnlyList<string>? Columns, IReadOnlyList<double>? Numbers);

/// <summary>State of a series: whether it is up to date.</summary>
internal enum SeriesState
{
    /// <summary>Connected, and nothing is overdue.</summary>
    Live,

    /// <summary>The exchange is not connected.</summary>
    Reconnecting,

    /// <summary>Connected, but a close is overdue, or it does not trade.</summary>
    Stale,
}
