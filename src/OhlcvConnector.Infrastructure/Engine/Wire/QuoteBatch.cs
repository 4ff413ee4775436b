using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>
/// The batch of candles of one frame or page, or of a frame's trades: filled by a venue's decoder, emptied by the engine, used again. Not for several threads
/// at once.
/// </summary>
/// <param name="series">The series that can be in it.</param>
/// <param name="refused">Told of each refusal, with the series and the rule; null where the first of a frame is enough.</param>
/// <param name="tapes">Whose trades can be in it; null for nobody's.</param>
/// <param name="place">The place for candles; where it is too small, or null, it makes its own.</param>
internal sealed class QuoteBatch(SeriesTable series, Action<string>? refused = null, TapeTable? tapes = null, PriceQuote[]? place = null)
{
    private readonly List<RefusedRow> _refusedRows = [];
    private PriceQuote[] _quotes = place ?? new PriceQuote[4];
    private TapedTrade[] _trades = [];
    private long _nowMs;

    /// <summary>The local clock for the candles that follow.</summary>
    public DateTimeOffset ReceivedAt { get; private set; }

    /// <summary>Source of the candles that follow: how they are known.</summary>
    public QuoteSource Source { get; private set; }

    /// <summary>Number of candles that were added.</summary>
    public int Count { get; private set; }

    /// <summary>Number of candles that were refused, because they break a rule or cannot be read.</summary>
    public int Refused => _refusedRows.Count;

    /// <summary>Rows that were refused, each of them.</summary>
    public IReadOnlyList<RefusedRow> RefusedRows => _refusedRows;

    /// <summary>The first refusal, with the series and the rule; null when there was none.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The candles, in the order in which they were added.</summary>
    public ReadOnlySpan<PriceQuote> Quotes => _quotes.AsSpan(0, Count);

    /// <summary>Number of trades that were added.</summary>
    public int TradeCount { get; private set; }

    /// <summary>The trades, in the order in which they were added.</summary>
    public ReadOnlySpan<TapedTrade> Trades => _trades.AsSpan(0, TradeCount);

    /// <summary>Empties it for the next frame or page.</summary>
    /// <param name="source">The source of the candles that follow: how they are known.</param>
    /// <param name="receivedAt">Our clock.</param>
    /// <param name="venueNowMs">The venue's clock, Unix epoch milliseconds, which decides what is closed where the venue does not say; null for ours.</param>
    public void Reset(QuoteSource source, DateTimeOffset receivedAt, long? venueNowMs = null)
    {
        Source = source;
        ReceivedAt = receivedAt;
        _nowMs = venueNowMs ?? receivedAt.ToUnixTimeMilliseconds();
        Restart();
    }

    /// <summary>The series that the venue spells so on its stream; null when nobody asked for it, and the candle is then left out.</summary>
    public Series? Find(ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> interval) => series.Find(symbol, interval);

    /// <summary>The tape of the symbol that the venue spells so; null when nobody wants its trades, and they are then left out.</summary>
    public SymbolTape? FindTape(ReadOnlySpan<byte> symbol) => tapes?.Find(symbol);

    /// <summary>Adds a trade.</summary>
    public void Add(SymbolTape tape, in Trade trade)
    {
        if (TradeCount == _trades.Length)
        {
            Array.Resize(ref _trades, Math.Max(8, TradeCount * 2));
        }

        _trades[TradeCount++] = new TapedTrade(tape, trade);
    }

    /// <summary>Adds a candle, or refuses it by the rule that it breaks.</summary>
    /// <param name="of">The series of the candle.</param>
    /// <param name="candle">The values of the candle.</param>
    /// <param name="isClosed">True when the venue says that it is final; null where it does not say, and the clock decides.</param>
    public void Add(Series of, ref CandleValues candle, bool? isClosed)
    {
        candle.IsClosed = isClosed
            ?? (candle.OpenMs > 0 && candle.OpenMs <= _nowMs && of.Interval.NextMs(candle.OpenMs) <= _nowMs); // an absurd time has no next
        if (Count == _quotes.Length)
        {
            Array.Resize(ref _quotes, Count * 2);
        }

        if (PriceQuote.TryCreate(of, candle, Source, ReceivedAt, out _quotes[Count], out var brokenRule))
        {
            Count++;
            return;
        }

        Refuse(of, candle.OpenMs, brokenRule);
    }

    /// <summary>Takes note of a row that is no candle.</summary>
    /// <param name="of">The series that it would be a candle of.</param>
    /// <param name="openMs">The open time of the row; null when that cannot be read.</param>
    /// <param name="brokenRule">The rule that it breaks, in words.</param>
    public void Refuse(Series of, long? openMs, string brokenRule)
    {
        _refusedRows.Add(new RefusedRow(openMs, brokenRule));
        Refusal ??= $"{of}: {brokenRule}";
        refused?.Invoke($"{of}: {brokenRule}");
    }

    /// <summary>Empties it for the same page once more.</summary>
    public void Restart()
    {
        (Count, TradeCount, Refusal) = (0, 0, null);
        _refusedRows.Clear();
    }

    /// <summary>Gives away candles where they lie, without a copy, unless most of that place is empty. Nothing can be added afterwards.</summary>
    /// <param name="start">The index of the first.</param>
    /// <param name="end">The index behind the last.</param>
    public ArraySegment<PriceQuote> Take(int start, int end)
    {
        var place = new ArraySegment<PriceQuote>(_quotes, start, end - start);
        var taken = place.Count * 2 < _quotes.Length ? place.ToArray() : place;
        (_quotes, Count) = ([], 0);
        return taken;
    }

    /// <summary>Leaves out all that was added.</summary>
    public void Clear() => (Count, TradeCount) = (0, 0);

    /// <summary>Turns the order round, for venues whose pages come newest first.</summary>
    public void Reverse() => _quotes.AsSpan(0, Count).Reverse();
}
