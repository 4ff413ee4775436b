using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>Candles of trades, and how they compare.</summary>
internal static class TradeCandles
{
    /// <summary>Returns true when two closed candles have the same prices, and the same of what both know.</summary>
    public static bool Agrees(in PriceQuote row, in PriceQuote closed) =>
        closed.Series is not null && row.Open == closed.Open && row.High == closed.High && row.Low == closed.Low && row.Close == closed.Close
        && (row.Volume is not { } volume || closed.Volume is not { } other || VolumeDust.IsSame(volume, other))
        && (row.TradeCount is not { } trades || closed.TradeCount is not { } others || trades == others);

    /// <summary>The candle of the trades alone.</summary>
    public static PriceQuote Built(
        Series series, CandleCount count, VenueTrades facts, long nowMs, QuoteSource source = QuoteSource.Trades, bool isClosed = true) => New(
        series,
        new CandleValues
        {
            OpenMs = count.OpenMs,
            Open = count.Open,
            High = count.High,
            Low = count.Low,
            Close = count.Close,
            Volume = count.Volume,
            QuoteVolume = facts.GiveQuoteVolume ? count.Quote : null,
            BuyVolume = count.Bought,
            TradeCount = facts.AreCounted ? count.Count : null,
            IsClosed = isClosed,
        },
        DateTimeOffset.FromUnixTimeMilliseconds(nowMs),
        source);

    /// <summary>A closed candle, and a trade that came later.</summary>
    public static PriceQuote With(Series series, in PriceQuote closed, in Trade trade) => New(
        series,
        new CandleValues
        {
            OpenMs = closed.OpenMs,
            Open = closed.Open,
            High = Math.Max(closed.High, trade.Price),
            Low = Math.Min(closed.Low, trade.Price),
            Close = closed.Close,
            Volume = closed.Volume + trade.Amount,
            QuoteVolume = closed.QuoteVolume + (trade.Price * trade.Amount),
            BuyVolume = trade.Taker == Taker.Unknown ? null : closed.BuyVolume + (trade.Taker == Taker.Buyer ? trade.Amount : 0),
            TradeCount = closed.TradeCount + 1,
            IsClosed = true,
        },
        closed.ReceivedAt,
        closed.Source);

    /// <summary>A candle by its values; no quote where they are none of a possible candle.</summary>
    public static PriceQuote New(Series series, in CandleValues values, DateTimeOffset receivedAt, QuoteSource source = QuoteSource.Trades) =>
        PriceQuote.TryCreate(series, values, source, receivedAt, out var quote, out _) ? quote : default;
}
