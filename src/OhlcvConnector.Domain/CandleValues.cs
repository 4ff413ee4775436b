using System.Runtime.CompilerServices;

namespace OhlcvConnector.Domain;

/// <summary>The numbers of a candle before they are checked: what a venue's message says.</summary>
public struct CandleValues
{
    private const long EarliestMs = 0;                      // 1970-01-01
    private const long LatestMs = 253_402_300_799_999;      // 9999-12-31

    /// <summary>Open time, Unix epoch milliseconds UTC, inclusive.</summary>
    public long OpenMs { get; set; }

    /// <summary>The first price.</summary>
    public decimal Open { get; set; }

    /// <summary>The highest price.</summary>
    public decimal High { get; set; }

    /// <summary>The lowest price.</summary>
    public decimal Low { get; set; }

    /// <summary>The last price.</summary>
    public decimal Close { get; set; }

    /// <summary>Base volume; null where the venue does not give it.</summary>
    public decimal? Volume { get; set; }

    /// <summary>Quote volume; null where the venue does not give it.</summary>
    public decimal? QuoteVolume { get; set; }

    /// <summary>Base volume that buyers took; null where nobody says who took.</summary>
    public decimal? BuyVolume { get; set; }

    /// <summary>Number of trades; null where the venue does not give it.</summary>
    public long? TradeCount { get; set; }

    /// <summary>True when the candle is final.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The venue's clock, Unix epoch milliseconds UTC; null where the venue does not say.</summary>
    public long? EventMs { get; set; }

    /// <summary>The rule of a possible candle that these values break, in words, or null.</summary>
    public readonly string? BrokenRule(Interval interval) =>
        Low > Open ? "the low is above the open"
        : Low > Close ? "the low is above the close"
        : High < Open ? "the high is below the open"
        : High < Close ? "the high is below the close"
        : High == 0 && Low == 0 ? "all prices are zero"
        : IsNegative(Volume) ? "the volume is negative"
        : IsNegative(QuoteVolume) ? "the quote volume is negative"
        : IsNegative(BuyVolume) ? "the buyers' volume is negative"
        : TradeCount < 0 ? "the trade count is negative"
        : OpenMs is <= EarliestMs or > LatestMs ? "the open time is outside 1970 to 9999"
        : OpenMs > LatestMs - interval.MaxMs ? "the candle ends after the year 9999"
        : EventMs is < EarliestMs or > LatestMs ? "the event time is outside 1970 to 9999"
        : !interval.IsOnGrid(OpenMs) ? "the open time is not on the interval's grid"
        : null;

    /// <summary>
    /// Returns true when a value is below zero. It looks at the sign first: nearly all are positive, and a comparison with zero costs several times as much.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsNegative(decimal? value) => value.HasValue && decimal.IsNegative(value.GetValueOrDefault()) && value.GetValueOrDefault() != 0;
}
