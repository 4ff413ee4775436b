namespace OhlcvConnector.Trading;

/// <summary>When a broker closes a position because the equity no longer carries it.</summary>
internal sealed class Liquidation(BrokerOptions options, Portfolio portfolio)
{
    /// <summary>Whether the equity would be the maintenance margin or less at the worse extreme of a candle, as long as the position is what it is.</summary>
    public bool MayCome(TradedSeries series, in Candle candle)
    {
        if (!CanCome(series))
        {
            return false;
        }

        var value = series.Rules.ValueOf(series.Quantity, series.Quantity > 0 ? candle.Low : candle.High);
        var margin = options.MaintenanceMargin == 0 ? 0 : options.MaintenanceMargin * (portfolio.Exposure - Math.Abs(series.Value) + Math.Abs(value));
        return portfolio.Equity - series.Value + value <= margin;
    }

    /// <summary>
    /// Price of a series at which the equity is just the maintenance margin, the others valued at their last closes; null when there is none.
    /// </summary>
    public decimal? PriceOf(TradedSeries series)
    {
        if (!CanCome(series))
        {
            return null;
        }

        var margin = options.MaintenanceMargin;
        var (quantity, sign) = (series.Quantity, Math.Sign(series.Quantity));
        var others = portfolio.Equity - series.Value;
        var othersMargin = margin * (portfolio.Exposure - Math.Abs(series.Value));
        if (series.Rules.InverseContractSize is { } size)
        {
            // others - q s / p = othersMargin + margin |q| s / p
            var rest = others - othersMargin;
            return rest == 0 ? null : size * (quantity + (margin * Math.Abs(quantity))) / rest is > 0 and var inverse ? inverse : null;
        }

        // others + q p = othersMargin + margin |q| p
        var divisor = quantity * (1 - (margin * sign));
        return divisor == 0 ? null : (othersMargin - others) / divisor is > 0 and var price ? price : null;
    }

    /// <summary>What was paid for in full cannot lose more than that.</summary>
    private bool CanCome(TradedSeries series) => series.Quantity != 0
        && (options.MaintenanceMargin > 0 || series.Quantity < 0 || options.Leverage > 1 || series.Rules.InverseContractSize is not null);
}
