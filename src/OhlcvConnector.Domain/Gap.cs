namespace OhlcvConnector.Domain;

/// <summary>A gap: candles of a series that could not be delivered and will not come.</summary>
/// <param name="From">Open time of the first missing candle, inclusive, UTC.</param>
/// <param name="To">Open time of the first candle after the hole, exclusive, UTC.</param>
/// <param name="Reason">The reason why the venue's history could not fill it, for people.</param>
public sealed record Gap(DateTimeOffset From, DateTimeOffset To, string Reason);
