using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// Places the last state that the stream sent of a candle among its trades: how many of them it knew, and what the candle is with those that came after it.
/// Used under the lock of its <see cref="TradeTape"/>.
/// </summary>
/// <param name="ring">The newest trades.</param>
internal sealed class StreamState(TradeRing ring)
{
    /// <summary>Finds what the stream said last among what the trades add up to.</summary>
    /// <param name="count">The interval.</param>
    /// <param name="beyond">The number of trades that came after it.</param>
    public bool TryFind(CandleCount count, out int beyond)
    {
        beyond = 0;
        var state = count.State;
        var isWhole = count.AnchoredIn == 0;
        var left = count.Volume + count.MissedVolume;
        var (high, low) = (decimal.MinValue, decimal.MaxValue);
        var isCounted = state.TradeCount is not null;
        for (var age = 0; ; age++)
        {
            var isIt = isCounted ? count.Count + count.MissedCount - beyond == state.TradeCount : VolumeDust.IsSame(left, state.Volume ?? 0);
            if (isIt)
            {
                break;
            }

            if (age >= ring.Count || ring[age].TimeMs < count.OpenMs || beyond >= count.Count || (!isCounted && left < (state.Volume ?? 0)))
            {
                return false;
            }

            var trade = ring[age];
            if (trade.TimeMs < count.CloseMs)
            {
                beyond++;
                left -= trade.Amount;
                (high, low) = (Math.Max(high, trade.Price), Math.Min(low, trade.Price));
            }
        }

        return VolumeDust.IsSame(left, state.Volume ?? 0)
            && (count.Count == 0 || !isWhole || (state.Open == count.Open && Math.Max(state.High, high) == count.High && Math.Min(state.Low, low) == count.Low))
            && (count.Count == 0 || beyond > 0 || state.Close == count.Close);
    }

    /// <summary>Closes a candle: the stream's last state of it, and the trades that came after that.</summary>
    /// <param name="series">The candle's series.</param>
    /// <param name="count">The interval.</param>
    /// <param name="beyond">The number of trades that came after the state, as <see cref="TryFind"/> found.</param>
    public PriceQuote Close(Series series, CandleCount count, int beyond)
    {
        if (beyond == 0)
        {
            return count.State.AsClosed(QuoteSource.Trades) with { BuyVolume = BoughtOf(count) };
        }

        var state = count.State;
        var values = new CandleValues
        {
            OpenMs = count.OpenMs,
            Open = state.Open,
            High = Math.Max(state.High, count.High),
            Low = Math.Min(state.Low, count.Low),
            Close = count.Close,
            Volume = state.Volume,
            QuoteVolume = state.QuoteVolume,
            BuyVolume = BoughtOf(count),
            TradeCount = state.TradeCount + beyond,
            EventMs = state.EventTime?.ToUnixTimeMilliseconds(),
            IsClosed = true,
        };
        for (var age = 0; beyond > 0; age++)
        {
            var trade = ring[age];
            if (trade.TimeMs < count.CloseMs)
            {
                values.Volume += trade.Amount;
                values.QuoteVolume += trade.Price * trade.Amount;
                beyond--;
            }
        }

        return TradeCandles.New(series, values, state.ReceivedAt);
    }

    private static decimal? BoughtOf(CandleCount count) => count.AnchoredIn == 0 ? count.Bought : null;
}
