namespace OhlcvConnector.Trading;

/// <summary>
/// The simulated broker of a run: keeps orders, and fills them by candles that came after they were placed. What a candle does not tell, which price came first
/// and how deep the market was, it decides against the strategy; see <see cref="BrokerOptions"/>.
/// </summary>
internal sealed partial class SimulatedBroker(BrokerOptions options, Portfolio portfolio, List<TradedSeries> all, Action<Fill> filled, Action<Order> ended)
{
    private readonly TradingCosts _costs = new(options);
    private readonly Liquidation _liquidation = new(options, portfolio);
    private int _orders;
    private int _placedSinceClose;

    /// <summary>Why nothing but orders that reduce is taken; null while all are.</summary>
    public string? Halt { get; set; }

    /// <summary>Number of orders that were rejected because there were too many between two closes.</summary>
    public int Refused { get; private set; }

    /// <summary>Begins to count orders anew.</summary>
    public void OnClose() => _placedSinceClose = 0;

    /// <summary>Places an order; what cannot be is rejected with a reason, and nothing else happens.</summary>
    public Order Place(TradedSeries series, OrderRequest request, long nowMs, Order? parent = null)
    {
        if (parent is null && ++_placedSinceClose > options.MaxOrdersPerCandle)
        {
            Refused++;
            return new Order(0, series, request, nowMs, parent)
            {
                State = OrderState.Rejected,
                Reason = $"{options.MaxOrdersPerCandle} orders were placed since the last close",
            };
        }

        var order = new Order(++_orders, series, request, nowMs, parent);
        if (ProblemOf(series, request) is { } problem)
        {
            Reject(order, problem);
            return order;
        }

        OrderPrices.Set(order);
        series.Orders.Add(order);
        return order;
    }

    /// <summary>Changes an open order. What has filled stands; the new prices count for candles that open from now on.</summary>
    /// <returns>Why it cannot be changed so; null when it was.</returns>
    public string? Amend(Order order, OrderRequest request, long nowMs)
    {
        if (!order.IsOpen)
        {
            return $"order {order.Id} is open no more";
        }

        if (request.Size != order.Request.Size && order.Filled > 0)
        {
            return $"order {order.Id} has filled in part; its size stands";
        }

        var place = order.Series.Orders.IndexOf(order);
        order.Series.Orders.RemoveAt(place); // so that it does not count against itself
        var problem = ProblemOf(order.Series, request);
        if (problem is null)
        {
            (order.Request, order.PlacedMs) = (request, nowMs);
            OrderPrices.Set(order);
        }

        order.Series.Orders.Insert(place, order);
        return problem;
    }

    private string? ProblemOf(TradedSeries series, OrderRequest request) =>
        !all.Contains(series) ? $"{series.Name} is no series of this run"
        : Halt is { } halt && !request.ReduceOnly ? $"only orders that reduce are taken now: {halt}"
        : OrderRules.ProblemOf(series, request, options);

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
        var fill = new Fill(order, series, timeMs, quantity, price, Money.Round(value * _costs.FeeRate(series, isMaker)), reason ?? OrderPrices.ReasonOf(order))
        {
            Slippage = price == unworsened ? 0 : Money.Round(Math.Abs(value - series.Rules.Notional(quantity, unworsened))),
        };
        _costs.Count(timeMs, value);
        portfolio.Book(fill, bar);
        _mayLiquidate = true; // the position is another one
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
}
