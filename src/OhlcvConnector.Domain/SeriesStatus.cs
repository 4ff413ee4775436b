namespace OhlcvConnector.Domain;

/// <summary>The status of a series, beside its candles.</summary>
/// <param name="Series">The series.</param>
/// <param name="Condition">The condition of the series.</param>
/// <param name="Reason">The reason, for people, with the venue's own words where it has any.</param>
public sealed record SeriesStatus(Series Series, SeriesCondition Condition, string Reason);

/// <summary>Condition of a series: whether candles of it can come.</summary>
public enum SeriesCondition
{
    /// <summary>The series trades: candles can come. Only told after one of the others.</summary>
    Trading,

    /// <summary>The venue lists it, but says that it does not trade now. It stays subscribed, and its candles come when it trades.</summary>
    Halted,

    /// <summary>The venue lists it no longer. It stays subscribed, should it come back.</summary>
    Delisted,

    /// <summary>The venue refused it for good: no candle will come, and it is out of the feed. The others go on.</summary>
    Refused,
}
