using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace OhlcvConnector.Domain;

/// <summary>
/// Candle of a series as of one moment: open (still changing) or closed (final). Exact decimals, UTC, volume in base units. It is a value, so a stream of them
/// allocates nothing; <see langword="default"/> is no quote and is never delivered.
/// </summary>
public readonly record struct PriceQuote
{
    private const long None = long.MinValue;

    private readonly State _state;

    /// <summary>Creates a quote from values that keep the rules.</summary>
    /// <param name="series">The series that it is a candle of.</param>
    /// <param name="candle">The values.</param>
    /// <param name="source">The source: how it is known.</param>
    /// <param name="receivedAt">The time at which it was received, by the local clock.</param>
    /// <exception cref="InvalidQuoteException">A rule is broken; the message names it.</exception>
    public PriceQuote(Series series, in CandleValues candle, QuoteSource source, DateTimeOffset receivedAt)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (candle.BrokenRule(series.Interval) is { } rule)
        {
            throw new InvalidQuoteException(series, rule);
        }

        Write(series, candle, source, receivedAt.UtcTicks, out this);
    }

    [Flags]
    private enum Parts : byte
    {
        Closed = 1,
        Volume = 2,
        QuoteVolume = 4,
        Revision = 8,
        Archived = 16,
        BuyVolume = 32,
    }

    /// <summary>Series that it is a candle of.</summary>
    public Series Series => _state.Series;

    /// <summary>The venue's name, such as <c>binance</c>.</summary>
    public string Exchange => Series.Exchange;

    /// <summary>The market.</summary>
    public Market Market => Series.Market;

    /// <summary>The symbol as the user asked for it; the venue's spelling is <see cref="Series.VenueSymbol"/>.</summary>
    public string Symbol => Series.Symbol;

    /// <summary>The candle's length.</summary>
    public Interval Interval => Series.Interval;

    /// <summary>The candle's start, inclusive, UTC.</summary>
    public DateTimeOffset OpenTime => DateTimeOffset.FromUnixTimeMilliseconds(_state.OpenMs);

    /// <summary>The candle's end, exclusive, UTC: the next candle's open time.</summary>
    public DateTimeOffset CloseTime => DateTimeOffset.FromUnixTimeMilliseconds(CloseMs);

    /// <summary><see cref="OpenTime"/> as Unix epoch milliseconds.</summary>
    public long OpenMs => _state.OpenMs;

    /// <summary><see cref="CloseTime"/> as Unix epoch milliseconds.</summary>
    public long CloseMs => Series.Interval.NextMs(_state.OpenMs);

    /// <summary>The first price, in the quote asset.</summary>
    public decimal Open => _state.Open;

    /// <summary>The highest price, in the quote asset.</summary>
    public decimal High => _state.High;

    /// <summary>The lowest price, in the quote asset.</summary>
    public decimal Low => _state.Low;

    /// <summary>The last price, in the quote asset.</summary>
    public decimal Close => _state.Close;

    /// <summary>Volume that was traded, in base units; null where the venue does not give it.</summary>
    public decimal? Volume => (_state.Parts & Parts.Volume) != 0 ? _state.Volume : null;

    /// <summary>Volume that was traded, in quote units; null where the venue does not give it.</summary>
    public decimal? QuoteVolume => (_state.Parts & Parts.QuoteVolume) != 0 ? _state.QuoteVolume : null;

    /// <summary>
    /// Volume that buyers took, in base units, a part of <see cref="Volume"/>: trades in which the buyer's order came second. Null where nobody says who took.
    /// </summary>
    public decimal? BuyVolume
    {
        get => (_state.Parts & Parts.BuyVolume) != 0 ? _state.BuyVolume : null;
        init => (_state.BuyVolume, _state.Parts) = (
            value.GetValueOrDefault(), value.HasValue ? _state.Parts | Parts.BuyVolume : _state.Parts & ~Parts.BuyVolume);
    }

    /// <summary>Volume that sellers took, in base units: <see cref="Volume"/> without what buyers took; null where nobody says who took.</summary>
    public decimal? SellVolume => Volume - BuyVolume;

    /// <summary>Number of trades; null where the venue does not give it.</summary>
    public long? TradeCount => _state.Trades == None ? null : _state.Trades;

    /// <summary>True when the candle is final.</summary>
    public bool IsClosed => (_state.Parts & Parts.Closed) != 0;

    /// <summary>
    /// True when this is a closed candle with other values than were delivered for it before, because the venue changed it afterwards. Only delivered when
    /// asked for.
    /// </summary>
    public bool IsRevision => (_state.Parts & Parts.Revision) != 0;

    /// <summary>
    /// True when it was read from an archive that keeps candles: <see cref="Source"/> says how it was known then, <see cref="ReceivedAt"/> when.
    /// </summary>
    public bool IsFromArchive => (_state.Parts & Parts.Archived) != 0;

    /// <summary>The venue's clock when it sent the message, UTC; null where the venue does not say.</summary>
    public DateTimeOffset? EventTime => _state.EventMs == None ? null : DateTimeOffset.FromUnixTimeMilliseconds(_state.EventMs);

    /// <summary>The local clock when the message was received, UTC.</summary>
    public DateTimeOffset ReceivedAt => new(_state.ReceivedTicks, TimeSpan.Zero);

    /// <summary>Source of the candle: how it is known.</summary>
    public QuoteSource Source { get => _state.Source; private init => _state.Source = value; }

    /// <summary>The candles missing directly before this one; null, as nearly always, when there are none.</summary>
    public Gap? GapBefore { get => _state.GapBefore; init => _state.GapBefore = value; }

    /// <summary>Creates a quote unless a rule is broken, which is then named. For hot paths: throws nothing, allocates nothing.</summary>
    /// <param name="series">The series that it is a candle of.</param>
    /// <param name="candle">The values.</param>
    /// <param name="source">The source: how it is known.</param>
    /// <param name="receivedAt">The time at which it was received, by the local clock.</param>
    /// <param name="quote">The quote, or default.</param>
    /// <param name="brokenRule">Null, or the rule that the values break.</param>
    public static bool TryCreate(
        Series series, in CandleValues candle, QuoteSource source, DateTimeOffset receivedAt, out PriceQuote quote, [NotNullWhen(false)] out string? brokenRule)
    {
        ArgumentNullException.ThrowIfNull(series);
        brokenRule = candle.BrokenRule(series.Interval);
        if (brokenRule is not null)
        {
            quote = default;
            return false;
        }

        Write(series, candle, source, receivedAt.UtcTicks, out quote);
        return true;
    }

    /// <summary>Returns the same values, closed, with the source that says how that is known.</summary>
    public PriceQuote AsClosed(QuoteSource source) => new(this, _state.Parts | Parts.Closed) { Source = source };

    /// <summary>Returns the same values, marked as a revision.</summary>
    public PriceQuote AsRevision() => new(this, _state.Parts | Parts.Revision);

    /// <summary>Returns the same values, marked as read from an archive.</summary>
    public PriceQuote AsArchived() => new(this, _state.Parts | Parts.Archived);

    /// <summary>Returns the same values for a series that differs only in the spelling that the user asked with.</summary>
    public PriceQuote For(Series series) => new(this, _state.Parts, series);

    /// <summary>Returns true when prices, volumes, trade count and state are the same, whenever and however they became known.</summary>
    public bool SameValues(in PriceQuote other) =>
        _state.OpenMs == other._state.OpenMs && Open == other.Open && High == other.High && Low == other.Low && Close == other.Close
        && IsClosed == other.IsClosed && Volume == other.Volume && QuoteVolume == other.QuoteVolume && BuyVolume == other.BuyVolume
        && TradeCount == other.TradeCount;

    /// <summary>
    /// Returns true when both are states of one candle, and no value differs that both know: what one of them lacks, such as the trade count where another
    /// message of the venue does not give it, is no difference.
    /// </summary>
    public bool Agrees(in PriceQuote other) =>
        _state.OpenMs == other._state.OpenMs && Open == other.Open && High == other.High && Low == other.Low && Close == other.Close
        && IsClosed == other.IsClosed && Agree(Volume, other.Volume) && Agree(QuoteVolume, other.QuoteVolume) && Agree(BuyVolume, other.BuyVolume)
        && Agree(TradeCount, other.TradeCount);

    /// <summary>Returns a text for messages and logs: series, open time, prices, volume and state; <c>no quote</c> for the default value.</summary>
    public override string ToString() => _state.Series is null
        ? "no quote"
        : string.Create(
            CultureInfo.InvariantCulture, $"{Series} {OpenTime:yyyy-MM-ddTHH:mm:ssZ} {Open} {High} {Low} {Close} {Volume} {(IsClosed ? "closed" : "open")}");

    private static bool Agree<T>(T? one, T? other)
        where T : struct => one is not { } mine || other is not { } theirs || mine.Equals(theirs);

    /// <summary>
    /// Writes field by field where the quote is to be, in a buffer mostly. A constructor would make it elsewhere and copy it, which takes longer than all
    /// checks.
    /// </summary>
    private static void Write(Series series, in CandleValues candle, QuoteSource source, long receivedTicks, out PriceQuote quote)
    {
        quote = default;
        ref var state = ref Unsafe.AsRef(in quote._state); // read-only for all others
        state.Series = series;
        state.OpenMs = candle.OpenMs;
        state.Open = candle.Open;
        state.High = candle.High;
        state.Low = candle.Low;
        state.Close = candle.Close;
        state.Volume = candle.Volume.GetValueOrDefault();
        state.QuoteVolume = candle.QuoteVolume.GetValueOrDefault();
        state.BuyVolume = candle.BuyVolume.GetValueOrDefault();
        state.Trades = candle.TradeCount ?? None;
        state.EventMs = candle.EventMs ?? None;
        state.ReceivedTicks = receivedTicks;
        state.Source = source;
        state.Parts = (candle.IsClosed ? Parts.Closed : 0)
            | (candle.Volume.HasValue ? Parts.Volume : 0)
            | (candle.QuoteVolume.HasValue ? Parts.QuoteVolume : 0)
            | (candle.BuyVolume.HasValue ? Parts.BuyVolume : 0);
    }

    private PriceQuote(in PriceQuote other, Parts parts, Series? series = null)
    {
        _state = other._state;
        _state.Parts = parts;
        _state.Series = series ?? other.Series;
    }

    /// <summary>State of a quote: all that it holds, apart so that <see cref="Write"/> reaches it; equal quotes are those of equal states.</summary>
    private record struct State
    {
        public Series Series;
        public Gap? GapBefore;
        public long OpenMs;
        public long EventMs;
        public long ReceivedTicks;
        public long Trades;
        public decimal Open;
        public decimal High;
        public decimal Low;
        public decimal Close;
        public decimal Volume;
        public decimal QuoteVolume;
        public decimal BuyVolume;
        public Parts Parts;
        public QuoteSource Source;
    }
}
