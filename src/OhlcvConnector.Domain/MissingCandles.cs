namespace OhlcvConnector.Domain;

/// <summary>The reasons why candles of the past that were asked for do not come.</summary>
public enum MissingKind
{
    /// <summary>The candles should exist, but the venue's history lacks them, does not reach so far back, or gives what is no possible candle.</summary>
    Gap,

    /// <summary>The candles cannot exist: the instrument was not listed yet. This is no gap.</summary>
    BeforeListing,
}

/// <summary>A part of the past that was asked for and does not come.</summary>
/// <param name="Series">The series that the candles would have been of.</param>
/// <param name="From">Open time of the first missing candle, inclusive, UTC.</param>
/// <param name="To">The end of the missing part, exclusive, UTC.</param>
/// <param name="Reason">The reason, for people.</param>
/// <param name="Kind">The kind of the lack.</param>
public sealed record MissingCandles(Series Series, DateTimeOffset From, DateTimeOffset To, string Reason, MissingKind Kind)
{
    /// <summary>
    /// Returns the candles of a longer candle's series that the lack of these parts makes impossible: every candle that they reach into; of what was not listed
    /// yet, every candle that it fills. Null when that is none.
    /// </summary>
    /// <param name="longer">The series of the longer candles.</param>
    public MissingCandles? AsPartsOf(Series longer)
    {
        ArgumentNullException.ThrowIfNull(longer);
        var interval = longer.Interval;
        var isGap = Kind == MissingKind.Gap;
        var from = interval.Floor(From);
        var to = isGap ? interval.Next(interval.Floor(To.AddMilliseconds(-1))) : interval.Floor(To);
        return to > from ? new MissingCandles(longer, from, to, isGap ? $"parts of these candles are missing: {Reason}" : Reason, Kind) : null;
    }
}
