namespace OhlcvConnector.Domain;

/// <summary>Series of candles: an instrument at an interval. Two are equal when venue, market, venue spelling and interval are.</summary>
public sealed class Series : IEquatable<Series>
{
    private readonly int _hash;

    /// <summary>Creates a series.</summary>
    /// <param name="instrument">The instrument that is traded.</param>
    /// <param name="interval">The length of its candles.</param>
    /// <param name="symbol">The spelling that the user asked with, which quotes carry; null for the common spelling.</param>
    /// <exception cref="ArgumentException">The interval is the default value, which is none.</exception>
    public Series(Instrument instrument, Interval interval, string? symbol = null)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        if (interval == default)
        {
            throw new ArgumentException("The default value is no interval: name one, such as Interval.OneMinute.", nameof(interval));
        }

        Instrument = instrument;
        Interval = interval;
        Symbol = symbol ?? instrument.Symbol;
        _hash = HashCode.Combine(Exchange, Market, VenueSymbol, Interval);
    }

    /// <summary>Instrument that is traded.</summary>
    public Instrument Instrument { get; }

    /// <summary>The length of the candles.</summary>
    public Interval Interval { get; }

    /// <summary>The symbol as the user asked for it.</summary>
    public string Symbol { get; }

    /// <summary>The venue's name.</summary>
    public string Exchange => Instrument.Exchange;

    /// <summary>The market.</summary>
    public Market Market => Instrument.Market;

    /// <summary>The venue's own spelling of the symbol.</summary>
    public string VenueSymbol => Instrument.VenueSymbol;

    /// <inheritdoc/>
    public bool Equals(Series? other) => ReferenceEquals(this, other) || (other is not null
        && other.Interval == Interval
        && other.Market == Market
        && string.Equals(other.VenueSymbol, VenueSymbol, StringComparison.Ordinal)
        && string.Equals(other.Exchange, Exchange, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Series);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>Returns a text for messages: <c>binance spot BTCUSDT 1m</c>.</summary>
    public override string ToString() => $"{Exchange} {Market.Name()} {VenueSymbol} {Interval}";
}
