using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>A request to stream.</summary>
public sealed record StreamRequest
{
    /// <summary>The exchange, such as <c>binance</c>, in any case.</summary>
    public required string Exchange { get; init; }

    /// <summary>The symbols, in the venue's spelling or a common one. At least one; a repeated one counts once.</summary>
    public required IReadOnlyList<string> Symbols { get; init; }

    /// <summary>The market; null for the exchange's default, or the one that the symbol belongs to.</summary>
    public Market? Market { get; init; }

    /// <summary>The length of the candles.</summary>
    public Interval Interval { get; init; } = Interval.OneMinute;

    /// <summary>
    /// Build the candles from shorter ones where the exchange lacks <see cref="Interval"/>: from the longest that it has and that fits, such as weeks from
    /// days. Where the exchange has the interval, its own candles come.
    /// </summary>
    public bool BuildInterval { get; init; }

    /// <summary>
    /// Build the candles from the exchange's trades where it lacks <see cref="Interval"/>, and <see cref="BuildInterval"/> does not make it from shorter ones:
    /// 5s, 15s, 1s. Live only, so without <see cref="Since"/>, and with nothing of REST behind them: a candle that was not seen whole is a gap, and one without
    /// trades does not come. They say <see cref="QuoteSource.BuiltFromTrades"/>. Only where the exchange's trades are read, and up to a day; where the exchange
    /// has the interval, its own candles come.
    /// </summary>
    public bool IntervalFromTrades { get; init; }

    /// <summary>Start with the closed candles that open at or after this moment, from the venue's history, then go on live without a seam. Null for live only;
    /// <see cref="DateTimeOffset.MinValue"/> for all that there is. A moment in the future is an error.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Leave out the updates of open candles.</summary>
    public bool ClosedOnly { get; init; }

    /// <summary>
    /// Wait for what does not trade now, such as a halted symbol or one that opens later: its candles come when it trades. Otherwise a request of which nothing
    /// trades ends with a <see cref="NotTradingException"/> at once, instead of silence.
    /// </summary>
    public bool AwaitTrading { get; init; }

    /// <summary>
    /// Handler that is told what candles do not say: that a series does not trade, at the start or while it streams, is listed no longer, or is refused by the
    /// exchange; the others go on. Called on whatever thread learns of it; it must not block. Null: a request of which any series does not trade at the start,
    /// or is refused, ends with an error; what stops trading while it streams is logged alone.
    /// </summary>
    public Action<SeriesStatus>? OnStatus { get; init; }
}

/// <summary>Request for candles of the past.</summary>
public sealed record HistoryRequest
{
    /// <summary>The exchange, such as <c>binance</c>, in any case.</summary>
    public required string Exchange { get; init; }

    /// <summary>The symbol, in the venue's spelling or a common one.</summary>
    public required string Symbol { get; init; }

    /// <summary>The market; null for the exchange's default, or the one that the symbol belongs to.</summary>
    public Market? Market { get; init; }

    /// <summary>The length of the candles.</summary>
    public Interval Interval { get; init; } = Interval.OneMinute;

    /// <summary>
    /// Build the candles from shorter ones where the exchange lacks <see cref="Interval"/>: from the longest that it has and that fits, such as weeks from
    /// days. Where the exchange has the interval, its own candles come.
    /// </summary>
    public bool BuildInterval { get; init; }

    /// <summary>Candles that open at or after this moment.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Candles that open before this moment; null for now.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>True when the candle that is still open comes too, last.</summary>
    public bool IncludeOpen { get; init; }

    /// <summary>
    /// True when candles that ended in the last two minutes and are not there yet, or may still change, are waited for, so that the range comes whole. When
    /// false, reading ends before the first of them, and it is no gap: for who asks again soon.
    /// </summary>
    public bool WaitForLate { get; init; } = true;

    /// <summary>
    /// Handler that is told of each part of the range that does not come, in order, before the candle that follows it or, at the end of the range, after the
    /// last one; with <see cref="MissingKind.BeforeListing"/> of what cannot exist. Where it is null and the end of the range is missing, reading ends with an
    /// <see cref="IncompleteHistoryException"/> after the last candle, for no candle follows that could carry the gap.
    /// </summary>
    public Action<MissingCandles>? OnMissing { get; init; }
}
