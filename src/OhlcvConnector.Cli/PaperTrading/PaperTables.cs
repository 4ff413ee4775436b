using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.PaperTrading;

/// <summary>The tables of what a ledger holds.</summary>
internal static class PaperTables
{
    /// <summary>The accounts.</summary>
    public static PaperTable Status(IPaperLedger ledger, IReadOnlyList<PaperRecord> accounts, int limit) => new(
        ["account", "strategy", "time", "cash", "equity", "returnPercent", "fills", "trades", "halt", "problem"],
        [
            .. accounts.Take(limit).Select(one =>
            {
                var state = ledger.State(one.Id) ?? new PaperState { Cash = one.Definition.Broker.Cash, Equity = one.Definition.Broker.Cash };
                var paidIn = one.Definition.Broker.Cash + state.Deposits;
                return (IReadOnlyList<object?>)[
                    one.Definition.Name, one.Definition.StrategyText ?? "manual",
                    state.NowMs is { } now ? PaperLines.Time(now) : null, state.Cash, state.Equity,
                    paidIn > 0 ? Math.Round(((state.Equity / paidIn) - 1) * 100, 4) : 0m, state.Fills, state.Trades, state.Halt, state.StrategyError];
            }),
        ]);

    /// <summary>The positions of an account.</summary>
    public static PaperTable Positions(IPaperLedger ledger, IReadOnlyList<PaperRecord> accounts, int limit) => new(
        ["series", "quantity", "averagePrice", "mark", "value"],
        Rows(ledger.Positions(accounts[0].Id).Take(limit), one => [Name(accounts[0], one.Series), one.Quantity, one.AveragePrice, one.Mark, one.Value]));

    /// <summary>The orders of an account.</summary>
    public static PaperTable Orders(IPaperLedger ledger, IReadOnlyList<PaperRecord> accounts, int limit) => new(
        ["order", "placed", "series", "side", "type", "size", "amount", "limitPrice", "stopPrice", "state", "filled", "reason"],
        Rows(ledger.Orders(accounts[0].Id, openOnly: false, limit), one => [
            one.Id, PaperLines.Time(one.PlacedMs), Name(accounts[0], one.Series), one.Request.Side, one.Request.Type, one.Request.Size.Kind,
            one.Request.Size.Amount, one.Request.LimitPrice, one.Trigger ?? one.Request.StopPrice, one.State, one.Filled, one.Reason]));

    /// <summary>The fills of an account.</summary>
    public static PaperTable Fills(IPaperLedger ledger, IReadOnlyList<PaperRecord> accounts, int limit) => new(
        ["fill", "time", "series", "quantity", "price", "fee", "order", "reason"],
        Rows(ledger.Fills(accounts[0].Id, limit), one => [
            one.Number, PaperLines.Time(one.TimeMs), Name(accounts[0], one.Series), one.Quantity, one.Price, one.Fee, one.Order, one.Reason]));

    /// <summary>The closed trades of an account.</summary>
    public static PaperTable Trades(IPaperLedger ledger, IReadOnlyList<PaperRecord> accounts, int limit) => new(
        ["trade", "series", "quantity", "entryTime", "entryPrice", "exitTime", "exitPrice", "fees", "profit", "returnPercent", "reason"],
        Rows(ledger.Trades(accounts[0].Id, limit), one => [
            one.Number, Name(accounts[0], one.Series), one.Quantity, PaperLines.Time(one.EntryMs), one.EntryPrice, PaperLines.Time(one.ExitMs), one.ExitPrice,
            one.Fees, one.Profit, Math.Round(one.Return * 100, 6), one.Reason]));

    /// <summary>The equity of an account.</summary>
    public static PaperTable Equity(IPaperLedger ledger, IReadOnlyList<PaperRecord> accounts, int limit) => new(
        ["time", "equity"], Rows(ledger.Equity(accounts[0].Id, limit), one => [PaperLines.Time(one.Key), one.Value]));

    private static string Name(PaperRecord account, int series) => account.Definition.Series[series].Name;

    private static IReadOnlyList<IReadOnlyList<object?>> Rows<T>(IEnumerable<T> all, Func<T, IReadOnlyList<object?>> row) => [.. all.Select(row)];
}
