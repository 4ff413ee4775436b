using OhlcvConnector.Domain;

namespace OhlcvConnector.Testing;

/// <summary>Instruments, series and quotes for tests, with only what matters said.</summary>
internal static class Candles
{
    public static readonly long T0 = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static Instrument Instrument(
        string venueSymbol = "BTCUSDT", string baseAsset = "BTC", string quoteAsset = "USDT", Market market = Market.Spot, string exchange = "binance", string? settle = null, bool isTrading = true) =>
        new()
        {
            Exchange = exchange,
            Market = market,
            VenueSymbol = venueSymbol,
            Symbol = Domain.Instrument.CommonSymbol(baseAsset, quoteAsset, settle),
            BaseAsset = baseAsset,
            QuoteAsset = quoteAsset,
            SettleAsset = settle,
            IsTrading = isTrading,
        };

    public static Series Minutes(string venueSymbol = "BTCUSDT") => new(Instrument(venueSymbol), Interval.OneMinute);

    /// <summary>The candle that opens so many candles after the first of 2026; its state after so many trades.</summary>
    public static PriceQuote Quote(
        Series series, int index, bool isClosed = false, int trades = 10, decimal? close = null, QuoteSource source = QuoteSource.Stream)
    {
        var open = 100m + index;
        var last = close ?? open + (trades / 100m);
        var values = new CandleValues
        {
            OpenMs = series.Interval.AddMs(T0, index),
            Open = open,
            High = Math.Max(open, last),
            Low = Math.Min(open, last),
            Close = last,
            Volume = trades,
            QuoteVolume = trades * open,
            TradeCount = trades,
            IsClosed = isClosed,
        };
        return new PriceQuote(series, values, source, DateTimeOffset.FromUnixTimeMilliseconds(T0));
    }

    public static PriceQuote Closed(Series series, int index, int trades = 50) => Quote(series, index, isClosed: true, trades);

    public static PriceQuote History(Series series, int index, bool isClosed = true, int trades = 50) =>
        Quote(series, index, isClosed, trades, source: QuoteSource.History);
}
