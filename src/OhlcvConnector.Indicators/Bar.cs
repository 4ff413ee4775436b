using System.Runtime.InteropServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>
/// A candle in numbers that indicators calculate with, made once from a <see cref="PriceQuote"/> for all of them. What is unknown is <see cref="double.NaN"/>:
/// an indicator that does not need it does not mind.
/// </summary>
/// <param name="OpenMs">The open time, Unix epoch milliseconds UTC; <see cref="NoTime"/> where bars are a mere sequence.</param>
/// <param name="Open">The first price.</param>
/// <param name="High">The highest price.</param>
/// <param name="Low">The lowest price.</param>
/// <param name="Close">The last price.</param>
/// <param name="Volume">The volume that was traded, in base units.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Bar(long OpenMs, double Open, double High, double Low, double Close, double Volume)
{
    /// <summary>The open time of a bar that has none.</summary>
    public const long NoTime = long.MinValue;

    /// <summary>The end, exclusive, Unix epoch milliseconds UTC; <see cref="NoTime"/> where bars do not say.</summary>
    public long CloseMs { get; init; } = NoTime;

    /// <summary>Makes a bar of a candle, open or closed.</summary>
    /// <param name="quote">The candle.</param>
    public Bar(in PriceQuote quote)
        : this(quote.OpenMs, (double)quote.Open, (double)quote.High, (double)quote.Low, (double)quote.Close, (double?)quote.Volume ?? double.NaN) =>
            CloseMs = quote.CloseMs;

    /// <summary>Makes a bar of one number: that is its open, high, low and close, and there is neither a time nor a volume.</summary>
    /// <param name="value">The number.</param>
    public Bar(double value)
        : this(NoTime, value, value, value, value, double.NaN)
    {
    }

    /// <summary>The number that a source takes of the bar.</summary>
    /// <param name="source">Which.</param>
    public double this[PriceSource source] => source switch
    {
        PriceSource.Open => Open,
        PriceSource.High => High,
        PriceSource.Low => Low,
        PriceSource.Hl2 => (High + Low) / 2,
        PriceSource.Hlc3 => (High + Low + Close) / 3,
        PriceSource.Ohlc4 => (Open + High + Low + Close) / 4,
        PriceSource.Volume => Volume,
        _ => Close,
    };

    /// <summary>Returns a bar of the same time and volume with one number in the place of all prices.</summary>
    /// <param name="value">The number.</param>
    public Bar Flat(double value) => new(OpenMs, value, value, value, value, Volume) { CloseMs = CloseMs };
}
