using OhlcvConnector.Server.Rest;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Paper;

/// <summary>Makes the rows of answers.</summary>
internal static class PaperRows
{
    public static AccountRow Row(PaperStatus status)
    {
        var (definition, state) = (status.Record.Definition, status.State);
        var paidIn = definition.Broker.Cash + state.Deposits;
        var isNew = state.Step == 0;
        return new AccountRow
        {
            Name = definition.Name,
            Strategy = definition.Strategy,
            Rules = definition.Rules?.Name,
            Settings = definition.Settings,
            Series = [.. definition.Series.Select(one => one.Name)],
            Currency = definition.Currency,
            Start = Time(definition.StartMs),
            Time = state.NowMs is { } now ? Time(now) : null,
            InitialCash = definition.Broker.Cash,
            Cash = isNew ? definition.Broker.Cash : state.Cash,
            Equity = isNew ? definition.Broker.Cash : state.Equity,
            Deposits = state.Deposits,
            Fees = state.Fees,
            Funding = state.Funding,
            ReturnPercent = isNew || paidIn <= 0 ? 0 : Math.Round(((state.Equity / paidIn) - 1) * 100, 6),
            Fills = state.Fills,
            Trades = state.Trades,
            OpenOrders = status.OpenOrders.Count,
            Halt = state.Halt,
            StrategyError = state.StrategyError,
            Problem = status.Problem,
        };
    }

    public static OrderRow Row(PaperOrder order, PaperDefinition account) => new()
    {
        Id = order.Id,
        Series = account.Series[order.Series].Name,
        Side = order.Request.Side == Side.Buy ? "buy" : "sell",
        Type = PaperOrders.Name(order.Request.Type),
        SizeKind = order.Request.Size.Kind switch
        {
            OrderSizeKind.Units => "units",
            OrderSizeKind.Cash => "cash",
            OrderSizeKind.Equity => "equity",
            OrderSizeKind.Risk => "risk",
            _ => "position",
        },
        Amount = order.Request.Size.Amount,
        LimitPrice = order.Request.LimitPrice,
        StopPrice = order.Request.StopPrice,
        Trigger = order.Trigger,
        ReduceOnly = order.Request.ReduceOnly,
        Parent = order.Parent,
        State = order.State switch
        {
            OrderState.Open => "open",
            OrderState.Filled => "filled",
            OrderState.Cancelled => "cancelled",
            _ => "rejected",
        },
        Filled = order.Filled,
        Placed = Time(order.PlacedMs),
        Reason = order.Reason,
        Note = order.Request.Note,
    };

    public static FillRow Row(PaperFill fill, PaperDefinition account) => new()
    {
        Number = fill.Number,
        Order = fill.Order,
        Series = account.Series[fill.Series].Name,
        Time = Time(fill.TimeMs),
        Quantity = fill.Quantity,
        Price = fill.Price,
        Fee = fill.Fee,
        Reason = PaperOrders.Name(fill.Reason),
    };

    public static TradeRow Row(PaperTrade trade, PaperDefinition account) => new()
    {
        Number = trade.Number,
        Series = account.Series[trade.Series].Name,
        Quantity = trade.Quantity,
        EntryTime = Time(trade.EntryMs),
        EntryPrice = trade.EntryPrice,
        ExitTime = Time(trade.ExitMs),
        ExitPrice = trade.ExitPrice,
        Fees = trade.Fees,
        Profit = trade.Profit,
        ReturnPercent = trade.Return * 100,
        Reason = PaperOrders.Name(trade.Reason),
    };

    public static PositionRow Row(PaperPosition position, PaperDefinition account) => new()
    {
        Series = account.Series[position.Series].Name,
        Quantity = position.Quantity,
        AveragePrice = position.AveragePrice,
        Mark = position.Mark,
        Value = position.Value,
    };

    public static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
