using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Delivery;

/// <summary>Checks one series against the delivery promise as it is read, and against the sandbox's books at the end.</summary>
internal sealed class SeriesChecker(string name)
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
            if (_closed.Count > 0)
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

    public void CompareWith(SandboxServer sandbox)
    {
        var series = _closed[0].Series;
        var truth = sandbox.Candles(series.Exchange, series.Market, series.VenueSymbol, series.Interval, _closed[0].OpenTime, _closed[^1].CloseTime);
        _closed.Count.ShouldBe(truth.Count, name);
        for (var i = 0; i < truth.Count; i++)
        {
            Values(_closed[i]).ShouldBe(Values(truth[i]), $"{name}: the values of the books");
        }
    }

    private static (DateTimeOffset, decimal, decimal, decimal, decimal, decimal?) Values(in PriceQuote quote) =>
        (quote.OpenTime, quote.Open, quote.High, quote.Low, quote.Close, quote.Volume);

    private static (DateTimeOffset, decimal, decimal, decimal, decimal, decimal?) Values(SandboxCandle candle) =>
        (candle.OpenTime, candle.Open, candle.High, candle.Low, candle.Close, candle.BaseVolume);
}
