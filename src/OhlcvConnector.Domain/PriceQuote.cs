using System.Diagnostics.CodeAnalysis;

namespace OhlcvConnector.Domain;

/// <summary>
/// One candle as of one moment: open (still changing) or closed (final). Exact decimals, UTC, volume in base units.
/// It is a value, so a stream of them allocates nothing; <see langword="default"/> is no quote and is never delivered.
/// </summary>
public readonly record struct PriceQuote
{
    private const long None = long.MinValue;

    private readonly long _openMs;
    private readonly long _eventMs;
    private readonly long _receivedTicks;
    private readonly long _trades;
    private readonly decimal _volume;
    private readonly decimal _quoteVolume;
    private readonly Parts _parts;

    /// <summary>Creates a quote from values that keep the rules.</summary>
    /// <param name="series">What it is a candle of.</param>
    /// <param name="candle">The values.</param>
    /// <param name="source">How it is known.</param>
    /// <param name="receivedAt">When it was received, by the local clock.</param>
    /// <exception cref="InvalidQuoteException">A rule is broken; the message names it.</exception>
    public PriceQuote(Series series, in CandleValues candle, QuoteSource source, DateTimeOffset receivedAt)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (candle.BrokenRule(series.Interval) is { } rule)
        {
            throw new InvalidQuoteException(series, rule);
        }

        this = new PriceQuote(series, candle, source, receivedAt.UtcTicks);
    }

    private PriceQuote(Series series, in CandleValues candle, QuoteSource source, long receivedTicks)
    {
        Series = series;
        _openMs = candle.OpenMs;
        Open = candle.Open;
        High = candle.High;
        Low = candle.Low;
        Close = candle.Close;
        _volume = candle.Volume.GetValueOrDefault();
        _quoteVolume = candle.QuoteVolume.GetValueOrDefault();
        _trades = candle.TradeCount ?? None;
        _eventMs = candle.EventMs ?? None;
        _receivedTicks = receivedTicks;
        Source = source;
        _parts = (candle.IsClosed ? Parts.Closed : 0)
            | (candle.Volume.HasValue ? Parts.Volume : 0)
            | (candle.QuoteVolume.HasValue ? Parts.QuoteVolume : 0);
    }

    [Flags]
    private enum Parts : byte
    {
        Closed = 1,
        Volume = 2,
        QuoteVolume = 4,
        Revision = 8,
    }

    /// <summary>What it is a candle of.</summary>
    public Series Series { get; }

    /// <summary>The venue's name, such as <c>binance</c>.</summary>
    public string Exchange => Series.Exchange;

    /// <summary>The market.</summary>
    public Market Market => Series.Market;

    /// <summary>The symbol as the user asked for it; the venue's spelling is <see cref="Series.VenueSymbol"/>.</summary>
    public string Symbol => Series.Symbol;

    /// <summary>The candle's length.</summary>
    public Interval Interval => Series.Interval;

    /// <summary>The candle's start, inclusive, UTC.</summary>
    public DateTimeOffset OpenTime => DateTimeOffset.FromUnixTimeMilliseconds(_openMs);

    /// <summary>The candle's end, exclusive, UTC: the next candle's open time.</summary>
    public DateTimeOffset CloseTime => DateTimeOffset.FromUnixTimeMilliseconds(CloseMs);

    /// <summary><see cref="OpenTime"/> as Unix epoch milliseconds.</summary>
    public long OpenMs => _openMs;

    /// <summary><see cref="CloseTime"/> as Unix epoch milliseconds.</summary>
    public long CloseMs => Series.Interval.NextMs(_openMs);

    /// <summary>The first price, in the quote asset.</summary>
    public decimal Open { get; }

    /// <summary>The highest price, in the quote asset.</summary>
    public decimal High { get; }

    /// <summary>The lowest price, in the quote asset.</summary>
    public decimal Low { get; }

    /// <summary>The last price, in the quote asset.</summary>
    public decimal Close { get; }

    /// <summary>What was traded, in base units; null where the venue does not give it.</summary>
    public decimal? Volume => (_parts & Parts.Volume) != 0 ? _volume : null;

    /// <summary>What was traded, in quote units; null where the venue does not give it.</summary>
    public decimal? QuoteVolume => (_parts & Parts.QuoteVolume) != 0 ? _quoteVolume : null;

    /// <summary>How many trades; null where the venue does not give it.</summary>
    public long? TradeCount => _trades == None ? null : _trades;

    /// <summary>Whether the candle is final.</summary>
    public bool IsClosed => (_parts & Parts.Closed) != 0;

    /// <summary>
    /// Whether this is a closed candle with other values than were delivered for it before, because the venue changed it afterwards.
    /// Only delivered when asked for.
    /// </summary>
    public bool IsRevision => (_parts & Parts.Revision) != 0;

    /// <summary>The venue's clock when it sent the message, UTC; null where the venue does not say.</summary>
    public DateTimeOffset? EventTime => _eventMs == None ? null : DateTimeOffset.FromUnixTimeMilliseconds(_eventMs);

    /// <summary>The local clock when the message was received, UTC.</summary>
    public DateTimeOffset ReceivedAt => new(_receivedTicks, TimeSpan.Zero);

    /// <summary>How it is known.</summary>
    public QuoteSource Source { get; private init; }

    /// <summary>The candles missing directly before this one; null, as nearly always, when there are none.</summary>
    public Gap? GapBefore { get; init; }

    /// <summary>Creates a quote unless a rule is broken, which is then named. For hot paths: throws nothing, allocates nothing.</summary>
    /// <param name="series">What it is a candle of.</param>
    /// <param name="candle">The values.</param>
    /// <param name="source">How it is known.</param>
    /// <param name="receivedAt">When it was received, by the local clock.</param>
    /// <param name="quote">The quote, or default.</param>
    /// <param name="brokenRule">Null, or the rule that the values break.</param>
    public static bool TryCreate(
        Series series, in CandleValues candle, QuoteSource source, DateTimeOffset receivedAt, out PriceQuote quote, [NotNullWhen(false)] out string? brokenRule)
    {
        ArgumentNullException.ThrowIfNull(series);
        brokenRule = candle.BrokenRule(series.Interval);
        quote = brokenRule is null ? new PriceQuote(series, candle, source, receivedAt.UtcTicks) : default;
        return brokenRule is null;
    }

    /// <summary>The same values, closed, with the source that says how that is known.</summary>
    public PriceQuote AsClosed(QuoteSource source) => new(this, _parts | Parts.Closed) { Source = source };

    /// <summary>The same values, marked as a revision.</summary>
    public PriceQuote AsRevision() => new(this, _parts | Parts.Revision);

    /// <summary>The same values for a series that differs only in the spelling that the user asked with.</summary>
    public PriceQuote For(Series series) => new(this, _parts, series);

    /// <summary>Whether prices, volumes, trade count and state are the same, whenever and however they became known.</summary>
    public bool SameValues(in PriceQuote other) =>
        _openMs == other._openMs && Open == other.Open && High == other.High && Low == other.Low && Close == other.Close
        && IsClosed == other.IsClosed && Volume == other.Volume && QuoteVolume == other.QuoteVolume && TradeCount == other.TradeCount;

    private PriceQuote(in PriceQuote other, Parts parts, Series? series = null)
    {
        this = other;
        _parts = parts;
        Series = series ?? other.Series;
    }
}
