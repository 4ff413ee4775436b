namespace OhlcvConnector.Trading;

/// <summary>Notes what an account did as the records that its ledger keeps.</summary>
internal sealed class PaperNotes(PaperDefinition definition, IReadOnlyList<TradedSeries> series)
{
    /// <summary>Most money that can be paid in at once.</summary>
    public const decimal MostMoney = 1_000_000_000_000;

    private const int MostRejections = 20; // of one step that are told one by one

    private readonly Dictionary<int, PaperOrder> _known = [];

    /// <summary>Takes the open orders of a ledger as known.</summary>
    public void Forget(IEnumerable<PaperOrder> open)
    {
        _known.Clear();
        foreach (var order in open)
        {
            _known[order.Id] = order;
        }
    }

    /// <summary>Returns those that are new, or not as they were.</summary>
    public List<PaperOrder> Changed(IEnumerable<Order> orders)
    {
        var changed = new List<PaperOrder>();
        foreach (var order in orders)
        {
            var now = Note(order);
            if (!_known.TryGetValue(now.Id, out var was) || was != now)
            {
                changed.Add(now);
            }

            if (order.IsOpen)
            {
                _known[now.Id] = now;
            }
            else
            {
                _known.Remove(now.Id);
            }
        }

        return changed;
    }

    public PaperOrder Note(Order order) => new(
        order.Id, Number(order.Series), order.Request, order.PlacedMs, order.Parent?.Id, order.State, order.Filled, order.Stop, order.Reason);

    public PaperFill Note(Fill fill, int number) => new(
        number, fill.Order?.Id, Number(fill.Series), fill.TimeMs, fill.Quantity, fill.Price, fill.Fee, fill.Reason);

    public PaperTrade Note(Trade trade, int number) => new(
        number, Number(trade.Series), trade.Quantity, trade.EntryMs, trade.EntryPrice, trade.ExitMs, trade.ExitPrice, trade.Fees, trade.Profit, trade.Return,
        trade.Reason);

    public List<PaperPosition> Positions()
    {
        var positions = new List<PaperPosition>();
        foreach (var one in series)
        {
            decimal? average = one.Quantity == 0 ? null : Money.Round(one.Lots.Sum(lot => lot.Quantity * lot.Price) / one.Quantity);
            positions.Add(new PaperPosition(positions.Count, one.Quantity, average, one.Mark, Money.Round(one.Value)));
        }

        return positions;
    }

    /// <summary>Says in words what a step brought.</summary>
    public List<PaperEvent> Events(PaperState before, PaperState after, PaperInput input, IReadOnlyList<PaperFill> fills, IReadOnlyList<Order> ended)
    {
        var timeMs = input.Command?.TimeMs ?? after.NowMs ?? definition.StartMs;
        var events = new List<PaperEvent>();
        foreach (var fill in fills)
        {
            var why = fill.Reason switch
            {
                FillReason.Liquidation => ", liquidation",
                FillReason.StopLoss => ", stop loss",
                FillReason.TakeProfit => ", take profit",
                _ => "",
            };
            Add(
                PaperEventKind.Fill,
                FormattableString.Invariant(
                    $"{(fill.Quantity > 0 ? "bought" : "sold")} {Math.Abs(fill.Quantity):0.############} {definition.Series[fill.Series].Name} at {fill.Price:0.############}, fee {fill.Fee:0.########}{why}"));
        }

        var rejected = ended.Where(order => order.State == OrderState.Rejected).ToList();
        foreach (var order in rejected.Take(MostRejections))
        {
            Add(PaperEventKind.Rejected, $"order {order.Id} to {(order.Side == Side.Buy ? "buy" : "sell")} {order.Series.Name}: {order.Reason}");
        }

        if (Math.Max(0, rejected.Count - MostRejections) + after.Refused - before.Refused is > 0 and var more)
        {
            Add(PaperEventKind.Rejected, FormattableString.Invariant($"{more} more orders were rejected"));
        }

        if (after.StrategyError is { } error && before.StrategyError is null)
        {
            Add(PaperEventKind.StrategyFailed, $"the strategy {definition.Strategy} threw {error}");
        }

        if (after.Halt != before.Halt)
        {
            Add(after.Halt is null ? PaperEventKind.Resumed : PaperEventKind.Halted, after.Halt ?? "trading goes on");
        }

        if (after.Deposits != before.Deposits)
        {
            Add(
                PaperEventKind.Deposit,
                FormattableString.Invariant(
                    $"{Math.Abs(after.Deposits - before.Deposits):0.############} {definition.Currency} {(after.Deposits > before.Deposits ? "paid in" : "taken out")}"));
        }

        return events;

        void Add(PaperEventKind kind, string text) => events.Add(new PaperEvent(0, definition.Name, kind, timeMs, text));
    }

    private int Number(TradedSeries one)
    {
        for (var i = 0; i < series.Count; i++)
        {
            if (series[i] == one)
            {
                return i;
            }
        }

        throw new ArgumentException("It is no series of this account.", nameof(one));
    }
}
