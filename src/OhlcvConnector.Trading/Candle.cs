using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Trading;

/// <summary>A closed candle that a strategy trades on.</summary>
/// <param name="OpenMs">Open time, inclusive, Unix epoch milliseconds UTC.</param>
/// <param name="CloseMs">Close time, exclusive, Unix epoch milliseconds UTC.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Traded volume in base units; null when it is not known.</param>
public readonly record struct Candle(long OpenMs, long CloseMs, decimal Open, decimal High, decimal Low, decimal Close, decimal? Volume)
{
    /// <summary>Makes a candle of a quote.</summary>
    /// <exception cref="ArgumentException">The quote is open.</exception>
    public Candle(in PriceQuote quote)
        : this(quote.OpenMs, quote.CloseMs, quote.Open, quote.High, quote.Low, quote.Close, quote.Volume)
    {
        if (!quote.IsClosed)
        {
            throw new ArgumentException("Strategies see closed candles alone.", nameof(quote));
        }
    }

    /// <summary>Open time, UTC.</summary>
    public DateTimeOffset OpenTime => DateTimeOffset.FromUnixTimeMilliseconds(OpenMs);

    /// <summary>Close time, exclusive, UTC.</summary>
    public DateTimeOffset CloseTime => DateTimeOffset.FromUnixTimeMilliseconds(CloseMs);

    /// <summary>Reason why the candle cannot be traded on; null when all is well: prices above zero, low at most, and high at least, the others.</summary>
    public string? Problem =>
        CloseMs <= OpenMs ? "it ends before it begins"
        : Low <= 0 ? "a price is not above zero"
        : Low > Math.Min(Open, Close) || High < Math.Max(Open, Close) ? "its low or high is not the lowest or highest price"
        : Volume < 0 ? "its volume is below zero"
        : null;

    /// <summary>Converts the candle to the numbers that indicators calculate with.</summary>
    internal Bar ToBar() => new(OpenMs, (double)Open, (double)High, (double)Low, (double)Close, (double?)Volume ?? double.NaN) { CloseMs = CloseMs };
}
