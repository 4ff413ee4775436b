namespace OhlcvConnector.Trading;

/// <summary>What trading costs: commission, spread, slippage, funding.</summary>
internal sealed class TradingCosts(BrokerOptions options)
{
    private static readonly long ThirtyDaysMs = (long)TimeSpan.FromDays(30).TotalMilliseconds;

    private readonly Queue<(long TimeMs, decimal Value)> _traded = new();
    private decimal _tradedValue;

    /// <summary>Commission as a share of the value.</summary>
    public decimal FeeRate(TradedSeries series, bool isMaker)
    {
        if (Tier() is { } tier)
        {
            return isMaker ? tier.MakerFee : tier.TakerFee;
        }

        var taker = series.Rules.TakerFee ?? options.TakerFee;
        return isMaker ? series.Rules.MakerFee ?? options.MakerFee ?? taker : taker;
    }

    /// <summary>Takes note of a fill: what an account trades in thirty days decides its tier.</summary>
    public void Count(long timeMs, decimal value)
    {
        if (options.FeeTiers.Count > 0)
        {
            _traded.Enqueue((timeMs, value));
            _tradedValue += value;
        }
    }

    /// <summary>Forgets fills that are older than thirty days at a time.</summary>
    public void Forget(long timeMs)
    {
        while (_traded.TryPeek(out var oldest) && oldest.TimeMs <= timeMs - ThirtyDaysMs)
        {
            _tradedValue -= oldest.Value;
            _traded.Dequeue();
        }
    }

    /// <summary>Price of a market or stop order after spread and slippage.</summary>
    /// <param name="side">Its direction.</param>
    /// <param name="price">The price before them.</param>
    /// <param name="quantity">Its quantity, without a sign.</param>
    /// <param name="candle">The candle that it fills in.</param>
    public decimal Worsen(Side side, decimal price, decimal quantity, in Candle candle)
    {
        var worse = (price * ((options.Spread / 2) + options.Slippage + Impact(quantity, candle))) + ((candle.High - candle.Low) * options.SlippageOfRange);
        return worse == 0 ? price : Money.Round(side == Side.Buy ? price + worse : Math.Max(price - worse, candle.Low / 2));
    }

    /// <summary>True when the price of an order depends on its quantity.</summary>
    public bool HasImpact => options.SlippageOfVolume > 0;

    /// <summary>Money that a position pays for the fundings from one moment, exclusive, to another, inclusive; below zero when it is paid.</summary>
    public decimal Funding(TradedSeries series, long fromMs, long toMs)
    {
        if (series.FundingRates.Count > 0)
        {
            return Money.Round(Due(series, fromMs, toMs) * Value(series));
        }

        if (options.FundingRate == 0 || series.Quantity == 0)
        {
            return 0;
        }

        var everyMs = (long)options.FundingEvery.TotalMilliseconds;
        var times = FloorDivide(toMs, everyMs) - FloorDivide(fromMs, everyMs);
        return times > 0 ? Money.Round(Value(series) * options.FundingRate * times) : 0;
    }

    private static decimal Value(TradedSeries series) => series.Rules.Notional(series.Quantity, series.Mark) * Math.Sign(series.Quantity);

    /// <summary>Sum of the rates that fall due in a stretch; it is asked for one stretch after the other.</summary>
    private static decimal Due(TradedSeries series, long fromMs, long toMs)
    {
        var sum = 0m;
        for (; series.NextFunding < series.FundingRates.Count && series.FundingRates[series.NextFunding].TimeMs <= toMs; series.NextFunding++)
        {
            var due = series.FundingRates[series.NextFunding];
            sum += due.TimeMs > fromMs ? due.Rate : 0;
        }

        return sum;
    }

    private decimal Impact(decimal quantity, in Candle candle)
    {
        if (options.SlippageOfVolume == 0 || candle.Volume is not > 0)
        {
            return 0;
        }

        var share = Math.Min(1, quantity / candle.Volume.Value);
        return options.SlippageOfVolume * (decimal)Math.Sqrt((double)share);
    }

    private FeeTier? Tier()
    {
        FeeTier? reached = null;
        foreach (var tier in options.FeeTiers)
        {
            if (tier.From <= _tradedValue && (reached is null || tier.From >= reached.Value.From))
            {
                reached = tier;
            }
        }

        return reached;
    }

    private static long FloorDivide(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);
}
