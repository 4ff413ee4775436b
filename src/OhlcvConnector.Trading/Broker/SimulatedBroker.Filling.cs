namespace OhlcvConnector.Trading;

/// <content>Fills orders along the way that a candle's price took.</content>
internal sealed partial class SimulatedBroker
{
    private readonly List<Order> _atOpen = [];
    private bool _mayLiquidate;

    /// <summary>Walks a series' orders through a candle that came after they were placed.</summary>
    /// <param name="series">The series.</param>
    /// <param name="candle">The candle.</param>
    /// <param name="bar">Its number.</param>
    public void Fill(TradedSeries series, in Candle candle, int bar)
    {
        if (series.Orders.Count == 0 && series.Quantity == 0)
        {
            return;
        }

        _costs.Forget(candle.OpenMs);
        _mayLiquidate = _liquidation.MayCome(series, candle);
        if (series.Orders.Count == 0 && !_mayLiquidate)
        {
            ShowExtremes(series, candle);
            return;
        }

        var volumeLeft = options.MaxVolumeShare is { } share && candle.Volume is { } volume ? volume * share : decimal.MaxValue;
        FillAtOpen(series, candle, bar, ref volumeLeft);
        var lowFirst = LowComesFirst(series, candle);
        Walk(series, candle, bar, candle.Open, lowFirst ? candle.Low : candle.High, ref volumeLeft);
        Walk(series, candle, bar, lowFirst ? candle.Low : candle.High, lowFirst ? candle.High : candle.Low, ref volumeLeft);
        Walk(series, candle, bar, lowFirst ? candle.High : candle.Low, candle.Close, ref volumeLeft);
        ShowExtremes(series, candle);
    }

    private static void ShowExtremes(TradedSeries series, in Candle candle)
    {
        foreach (var lot in series.Lots)
        {
            (lot.Low, lot.High) = (Math.Min(lot.Low, candle.Low), Math.Max(lot.High, candle.High));
        }
    }

    private bool LowComesFirst(TradedSeries series, in Candle candle) =>
        options.Path == CandlePath.WorstFirst && series.Quantity != 0 ? series.Quantity > 0 : candle.Open - candle.Low <= candle.High - candle.Open;

    private void FillAtOpen(TradedSeries series, in Candle candle, int bar, ref decimal volumeLeft)
    {
        if (_mayLiquidate && _liquidation.PriceOf(series) is { } liquidation && (series.Quantity > 0 ? candle.Open <= liquidation : candle.Open >= liquidation))
        {
            CloseAt(series, candle.Open, candle.OpenMs, bar, FillReason.Liquidation);
        }

        _atOpen.Clear();
        _atOpen.AddRange(series.Orders);
        foreach (var order in _atOpen)
        {
            if (order.IsOpen && order.PlacedMs <= candle.OpenMs && (order.Type == OrderType.Market || OrderPrices.IsReached(order, candle.Open)))
            {
                Touch(order, candle.Open, candle, bar, ref volumeLeft);
            }
        }
    }

    /// <summary>Takes the price from one point to another, and fills what lies on its way, the nearest first.</summary>
    private void Walk(TradedSeries series, in Candle candle, int bar, decimal from, decimal to, ref decimal volumeLeft)
    {
        while (true)
        {
            var (next, at) = OrderPrices.Nearest(series, candle.OpenMs, from, to);
            var liquidation = _mayLiquidate ? _liquidation.PriceOf(series) : null;
            if (liquidation is { } price && OrderPrices.IsBetween(price, from, to) && (series.Quantity > 0 ? to < from : to > from)
                && (next is null || Math.Abs(price - from) <= Math.Abs(at - from)))
            {
                CloseAt(series, Money.Round(price), candle.OpenMs, bar, FillReason.Liquidation);
                continue;
            }

            if (next is null)
            {
                OrderPrices.Trail(series, to);
                return;
            }

            OrderPrices.Trail(series, at);
            from = at;
            if (!Touch(next, at, candle, bar, ref volumeLeft))
            {
                return; // the candle's volume is used up
            }
        }
    }

    /// <summary>Fills an order whose price was reached, as far as the candle's volume goes.</summary>
    /// <returns>False when the volume is used up, and the order waits on.</returns>
    private bool Touch(Order order, decimal price, in Candle candle, int bar, ref decimal volumeLeft)
    {
        if (order.Request.Type == OrderType.StopLimit && !order.IsAwake)
        {
            order.IsAwake = true;
            return OrderPrices.IsReached(order, price) ? Touch(order, price, candle, bar, ref volumeLeft) : true;
        }

        var isMaker = order.Type == OrderType.Limit;
        var fillPrice = isMaker ? price : _costs.Worsen(order.Side, price, 0, candle);
        var wanted = QuantityOf(order, fillPrice, isMaker);
        if (!isMaker && _costs.HasImpact)
        {
            fillPrice = _costs.Worsen(order.Side, price, Math.Min(wanted, volumeLeft), candle);
            wanted = QuantityOf(order, fillPrice, isMaker); // no more than before, so that the price is rather too bad than too good
        }

        var quantity = order.Series.Rules.Round(Math.Min(wanted, volumeLeft));
        if (options.WholeUnits)
        {
            quantity = decimal.Truncate(quantity);
        }

        if (quantity <= 0 || order.Series.Rules.Notional(quantity, fillPrice) < order.Series.Rules.MinNotional)
        {
            if (volumeLeft < wanted)
            {
                return false;
            }

            Reject(order, order.Reason ?? "its quantity is below the smallest that can be traded");
            return true;
        }

        order.Left ??= quantity == order.Series.Rules.Round(wanted) || volumeLeft >= wanted ? quantity : wanted;
        if (ProblemWithCredit(order, quantity, fillPrice, isMaker) is { } problem)
        {
            Reject(order, problem);
            return true;
        }

        volumeLeft -= volumeLeft == decimal.MaxValue ? 0 : quantity;
        Book(order, order.Series, order.Side == Side.Buy ? quantity : -quantity, fillPrice, price, isMaker, candle.OpenMs, bar);
        var place = order.Series.Orders.Count;
        Protect(order, quantity, candle.OpenMs);
        FillReached(order.Series, place, price, candle, bar, ref volumeLeft);
        return !order.IsOpen;
    }

    /// <summary>Fills a stop loss or take profit that the price had passed when its order filled, at that price: its own is not to be had any more.</summary>
    private void FillReached(TradedSeries series, int place, decimal price, in Candle candle, int bar, ref decimal volumeLeft)
    {
        for (; place < series.Orders.Count; place++)
        {
            if (OrderPrices.IsReached(series.Orders[place], price))
            {
                Touch(series.Orders[place], price, candle, bar, ref volumeLeft);
                return; // the other is cancelled by it
            }
        }
    }

    /// <summary>Quantity that an order wants at a price, without a sign; 0 with a reason in the order when there is none.</summary>
    private decimal QuantityOf(Order order, decimal price, bool isMaker)
    {
        var series = order.Series;
        var held = order.Side == Side.Buy ? Math.Max(0, -series.Quantity) : Math.Max(0, series.Quantity); // what the order would close
        var (amount, rules) = (order.Request.Size.Amount, series.Rules);
        var equity = portfolio.Equity - series.Value + rules.ValueOf(series.Quantity, price);
        var wanted = order.Left ?? order.Request.Size.Kind switch
        {
            OrderSizeKind.Units => amount,
            OrderSizeKind.Cash => rules.QuantityFor(amount, price),
            OrderSizeKind.Equity => held + rules.QuantityFor((equity - FeeOf(held)) * amount / (1 + (_costs.FeeRate(order.Series, isMaker) * amount)), price),
            OrderSizeKind.Risk => RiskedQuantity(order, equity * amount, price),
            _ => held,
        };
        if (order.Request.ReduceOnly || order.Request.Size.Kind == OrderSizeKind.Position)
        {
            wanted = Math.Min(wanted, held);
            order.Reason = held == 0 ? "there is no position to reduce" : order.Reason;
        }

        return wanted;

        decimal FeeOf(decimal quantity) => rules.Notional(quantity, price) * _costs.FeeRate(order.Series, isMaker);
    }

    private static decimal RiskedQuantity(Order order, decimal money, decimal price)
    {
        var distance = order.Side == Side.Buy ? price - order.Request.StopLoss!.Value : order.Request.StopLoss!.Value - price;
        if (distance <= 0)
        {
            order.Reason = "its stop loss is on the wrong side of its price";
            return 0;
        }

        var rules = order.Series.Rules;
        var lossOfUnit = Math.Abs(rules.ValueOf(1, price) - rules.ValueOf(1, order.Request.StopLoss.Value));
        return lossOfUnit == 0 ? 0 : money / lossOfUnit;
    }

    /// <summary>Positions after a fill must be within the equity times the leverage, unless the fill makes them smaller.</summary>
    private string? ProblemWithCredit(Order order, decimal quantity, decimal price, bool isMaker)
    {
        var series = order.Series;
        var after = series.Quantity + (order.Side == Side.Buy ? quantity : -quantity);
        if (!options.AllowShort && after < 0)
        {
            return "it would sell more than is held, and short positions are not allowed";
        }

        if (Math.Abs(after) <= Math.Abs(series.Quantity) && Math.Sign(after) != -Math.Sign(series.Quantity))
        {
            return null;
        }

        var rules = series.Rules;
        var fee = rules.Notional(quantity, price) * _costs.FeeRate(order.Series, isMaker);
        var equity = portfolio.Equity - series.Value + rules.ValueOf(series.Quantity, price) - fee;
        var exposure = portfolio.Exposure - Math.Abs(series.Value) + rules.Notional(after, price);
        return exposure > equity * options.Leverage && exposure - (equity * options.Leverage) > equity * 1e-18m
            ? FormattableString.Invariant(
                $"positions would be worth {exposure:0.########}, and the equity of {equity:0.########} carries {equity * options.Leverage:0.########}")
            : null;
    }

    /// <summary>Places the stop loss and the take profit of an order that filled, for what it filled.</summary>
    private void Protect(Order order, decimal quantity, long openMs)
    {
        var (stop, target) = (order.Request.StopLoss, order.Request.TakeProfit);
        if (stop is null && target is null)
        {
            return;
        }

        var (side, group) = (order.Side == Side.Buy ? Side.Sell : Side.Buy, $"bracket {order.Id} {order.Filled}");
        var child = new OrderRequest { Side = side, Size = OrderSize.Units(quantity), ReduceOnly = true, OcoGroup = group, Note = order.Request.Note };
        if (stop is { } stopPrice)
        {
            Place(order.Series, child with { Type = OrderType.Stop, StopPrice = stopPrice }, openMs, order);
        }

        if (target is { } targetPrice)
        {
            Place(order.Series, child with { Type = OrderType.Limit, LimitPrice = targetPrice }, openMs, order);
        }
    }
}
