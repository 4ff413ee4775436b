using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Delivery;

/// <summary>Checks one series against the delivery promise as it is read, and against the sandbox's books at the end.</summary>
/// <param name="name">For messages.</param>
/// <param name="omitsQuietCandles">Whether the venue publishes nothing for a candle without trades.</param>
internal sealed class SeriesChecker(string name, bool omitsQuietCandles = false)
{
    private readonly List<PriceQuote> _closed = [];
    private PriceQuote? _open;

    public IReadOnlyList<PriceQuote> Closed => _closed;

    public int OpenUpdates { get; private set; }

    public void Read(in PriceQuote quote)
    {
        quote.GapBefore.ShouldBeNull($"{name}: no candle is missing at the venue");
        if (quote.IsClosed)
        {
            if (_closed.Count > 0 && omitsQuietCandles)
            {
                quote.OpenTime.ShouldBeGreaterThanOrEqualTo(_closed[^1].CloseTime, $"{name}: each closed candle once, in order");
            }
            else if (_closed.Count > 0)
            {
                quote.OpenTime.ShouldBe(_closed[^1].CloseTime, $"{name}: each closed candle once, in order");
            }

            _closed.Add(quote);
            return;
        }

        OpenUpdates++;
        if (_closed.Count > 0)
        {
            quote.OpenTime.ShouldBeGreaterThanOrEqualTo(_closed[^1].CloseTime, $"{name}: no open update follows its own close");
        }

        if (_open is { } before && before.OpenTime == quote.OpenTime)
        {
            (quote.TradeCount ?? 0).ShouldBeGreaterThanOrEqualTo(before.TradeCount ?? 0, $"{name}: no open update is older than one before");
        }

        _open = quote;
    }

    /// <param name="sandbox">Its books are the truth.</param>
    /// <param name="tradesMayLack">Whether a candle that was closed by its trades may lack some, as an inferred one may.</param>
    public void CompareWith(SandboxServer sandbox, bool tradesMayLack = false)
    {
        var series = _closed[0].Series;
        var truth = sandbox.Candles(series.Exchange, series.Market, series.VenueSymbol, series.Interval, _closed[0].OpenTime, _closed[^1].CloseTime);
        var delivered = _closed.ToDictionary(quote => quote.OpenTime);
        foreach (var candle in truth)
        {
            if (delivered.Remove(candle.OpenTime, out var quote))
            {
                Compare(quote, candle, mayLack: quote.Source == QuoteSource.Inferred || (tradesMayLack && quote.Source == QuoteSource.Trades));
            }
            else
            {
                (omitsQuietCandles && candle.TradeCount == 0)
                    .ShouldBeTrue($"{name}: the candle of {candle.OpenTime:u} with {candle.TradeCount} trades is lost");
            }
        }

        delivered.ShouldBeEmpty(name);
    }

    private void Compare(in PriceQuote quote, SandboxCandle candle, bool mayLack)
    {
        if (mayLack)
        {
            quote.Open.ShouldBe(candle.Open, $"{name}: a close by {quote.Source} lacks nothing but the last trades");
            quote.High.ShouldBeLessThanOrEqualTo(candle.High, name);
            quote.Low.ShouldBeGreaterThanOrEqualTo(candle.Low, name);
            (quote.Volume ?? 0).ShouldBeLessThanOrEqualTo(candle.BaseVolume, name);
            return;
        }

        Values(quote).ShouldBe((candle.OpenTime, candle.Open, candle.High, candle.Low, candle.Close), $"{name}: the values of the books, by {quote.Source}");
        (quote.Volume ?? candle.BaseVolume).ShouldBe(candle.BaseVolume, $"{name}: base volume, or unknown");
        (quote.QuoteVolume ?? candle.QuoteVolume).ShouldBe(candle.QuoteVolume, $"{name}: quote volume, or unknown");
        (quote.TradeCount ?? candle.TradeCount).ShouldBe(candle.TradeCount, $"{name}: trades, or unknown");
    }

    private static (DateTimeOffset, decimal, decimal, decimal, decimal) Values(in PriceQuote quote) =>
        (quote.OpenTime, quote.Open, quote.High, quote.Low, quote.Close);
}
