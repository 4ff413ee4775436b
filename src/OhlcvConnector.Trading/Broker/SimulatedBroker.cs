namespace OhlcvConnector.Trading;

/// <summary>
/// The simulated broker of a run: keeps orders, and fills them by candles that came after they were placed. What a candle does not tell, which price came first
/// and how deep the market was, it decides against the strategy; see <see cref="BrokerOptions"/>.
/// </summary>
internal sealed partial class SimulatedBroker(BrokerOptions options, Portfolio portfolio, List<TradedSeries> all, Action<Fill> filled, Action<Order> ended)
{
    private readonly TradingCosts _costs = new(options);
    private int _orders;

    /// <summary>Places an order; what cannot be is rejected with a reason, and nothing else happens.</summary>
    public Order Place(TradedSeries series, OrderRequest request, long nowMs, Order? parent = null)
    {
        var order = new Order(++_orders, series, request, nowMs, parent);
        if ((!all.Contains(series) ? $"{series.Name} is no series of this run" : OrderRules.ProblemOf(series, request, options)) is { } problem)
        {
            Reject(order, problem);
            return order;
        }

        var isBuy = request.Side == Side.Buy;
        order.Limit = request.LimitPrice is { } limit ? series.Rules.RoundPrice(limit, up: !isBuy) : null;
        order.Stop = request.Type == OrderType.TrailingStop ? (isBuy ? series.Mark + request.TrailBy : series.Mark - request.TrailBy)
            : request.StopPrice is { } stop ? series.Rules.RoundPrice(stop, up: isBuy)
            : null;
        series.Orders.Add(order);
        return order;
    }

    /// <summary>Cancels an order; one that is open no more stays as it is.</summary>
    public void Cancel(Order order, string reason)
    {
        if (!order.IsOpen)
        {
            return;
        }

        order.State = OrderState.Cancelled;
        order.Reason = reason;
        order.Series.Orders.Remove(order);
        ended(order);
    }

    /// <summary>Pays the funding that fell due until a candle's open.</summary>
    public void PayFunding(TradedSeries series, long fromMs, long toMs)
    {
        if (_costs.Funding(series, fromMs, toMs) is var money and not 0)
        {
            portfolio.PayFunding(money);
        }
    }

    /// <summary>Closes a position at a price, whatever is open.</summary>
    public void CloseAt(TradedSeries series, decimal price, long timeMs, int bar, FillReason reason)
    {
        foreach (var order in series.Orders.ToArray())
        {
            Cancel(order, reason == FillReason.Liquidation ? "the position was liquidated" : "the run ended");
        }

        if (series.Quantity != 0)
        {
            Book(null, series, -series.Quantity, price, price, isMaker: false, timeMs, bar, reason);
        }
    }

    private void Reject(Order order, string reason)
    {
        order.State = OrderState.Rejected;
        order.Reason = reason;
        order.Series.Orders.Remove(order);
        ended(order);
    }

    private void Book(
        Order? order, TradedSeries series, decimal quantity, decimal price, decimal unworsened, bool isMaker, long timeMs, int bar, FillReason? reason = null)
    {
        var value = series.Rules.Notional(quantity, price);
        var fill = new Fill(order, series, timeMs, quantity, price, Money.Round(value * _costs.FeeRate(series, isMaker)), reason ?? ReasonOf(order))
        {
            Slippage = price == unworsened ? 0 : Money.Round(Math.Abs(value - series.Rules.Notional(quantity, unworsened))),
        };
        _costs.Count(timeMs, value);
        portfolio.Book(fill, bar);
        if (order is not null)
        {
            order.Filled += Math.Abs(quantity);
            order.Left -= Math.Abs(quantity);
            if (order.Left <= 0)
            {
                order.State = OrderState.Filled;
                series.Orders.Remove(order);
                ended(order);
            }

            if (order.Request.OcoGroup is { } group)
            {
                foreach (var other in series.Orders.Where(other => other != order && other.Request.OcoGroup == group).ToArray())
                {
                    Cancel(other, $"order {order.Id} of its group filled");
                }
            }
        }

        filled(fill);
    }

    private static FillReason ReasonOf(Order? order) => order switch
    {
        { Parent: null } or null => FillReason.Order,
        { Request.Type: OrderType.Limit } => FillReason.TakeProfit,
        _ => FillReason.StopLoss,
    };
}
