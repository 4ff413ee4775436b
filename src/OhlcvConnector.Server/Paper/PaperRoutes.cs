using Microsoft.AspNetCore.Http;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Paper;

/// <summary>The paths of paper trading.</summary>
internal static class PaperRoutes
{
    private const string Root = "/api/v1/paper/";
    private const string One = Root + "accounts/{account}";

    private static readonly RestParameter Account = new("account", RestKind.Text, "The account's name.") { IsInPath = true };
    private static readonly RestParameter Order = new("order", RestKind.Text, "The order's number.") { IsInPath = true };
    private static readonly RestParameter Secret = new("secret", RestKind.Text, "The account's secret for hooks.") { IsInPath = true };

    /// <summary>How many rows at most.</summary>
    public static RestParameter Limit { get; } = new("limit", RestKind.Whole, "At most so many, the newest first.") { Least = 1, Most = 10_000, Usual = "500" };

    /// <summary>Whether only open orders come.</summary>
    public static RestParameter Open { get; } = new("open", RestKind.Truth, "Whether only those that are open come.") { Usual = "false" };

    public static RestRoute Accounts { get; } = Reading("accounts", "paperAccounts", "All paper accounts", typeof(PaperAccountsAnswer));

    public static RestRoute Create { get; } = Writing(
        HttpMethods.Post, Root + "accounts", "paperCreate", "Makes a paper account", typeof(PaperAccountAnswer), typeof(NewAccount));

    public static RestRoute Find { get; } = Reading("accounts/{account}", "paperAccount", "A paper account", typeof(PaperAccountAnswer), Account);

    public static RestRoute Close { get; } = Writing(
        HttpMethods.Delete, One, "paperClose", "Closes a paper account; what it did stays in the ledger", typeof(PaperDoneAnswer), body: null, Account);

    public static RestRoute Reset { get; } = Writing(
        HttpMethods.Post, One + "/reset", "paperReset", "Begins a paper account anew", typeof(PaperAccountAnswer), typeof(ResetMoney), Account);

    public static RestRoute Deposit { get; } = Writing(
        HttpMethods.Post, One + "/deposit", "paperDeposit", "Pays simulated money in, or takes it out", typeof(PaperDoneAnswer), typeof(MoneyMove), Account);

    public static RestRoute Halt { get; } = Writing(
        HttpMethods.Post, One + "/halt", "paperHalt", "Halts trading: only orders that reduce are taken", typeof(PaperDoneAnswer), typeof(HaltWish), Account);

    public static RestRoute Resume { get; } = Writing(
        HttpMethods.Post, One + "/resume", "paperResume", "Takes all orders again", typeof(PaperDoneAnswer), body: null, Account);

    public static RestRoute HaltAll { get; } = Writing(
        HttpMethods.Post, Root + "halt", "paperHaltAll", "Halts trading of all paper accounts", typeof(PaperDoneAnswer), typeof(HaltWish));

    public static RestRoute Orders { get; } = Reading("accounts/{account}/orders", "paperOrders", "Orders", typeof(PaperOrdersAnswer), Account, Open, Limit);

    public static RestRoute Place { get; } = Writing(
        HttpMethods.Post, One + "/orders", "paperPlace", "Places a simulated order", typeof(PaperDoneAnswer), typeof(NewOrder), Account);

    public static RestRoute Amend { get; } = Writing(
        HttpMethods.Put, One + "/orders/{order}", "paperAmend", "Changes an open order", typeof(PaperDoneAnswer), typeof(OrderChange), Account, Order);

    public static RestRoute Cancel { get; } = Writing(
        HttpMethods.Delete, One + "/orders/{order}", "paperCancel", "Cancels an open order", typeof(PaperDoneAnswer), body: null, Account, Order);

    public static RestRoute Positions { get; } = Reading("accounts/{account}/positions", "paperPositions", "Positions", typeof(PaperPositionsAnswer), Account);

    public static RestRoute Fills { get; } = Reading("accounts/{account}/fills", "paperFills", "Fills", typeof(PaperFillsAnswer), Account, Limit);

    public static RestRoute Trades { get; } = Reading("accounts/{account}/trades", "paperTrades", "Closed trades", typeof(PaperTradesAnswer), Account, Limit);

    public static RestRoute Equity { get; } = Reading("accounts/{account}/equity", "paperEquity", "Equity at closes", typeof(PaperEquityAnswer), Account, Limit);

    public static RestRoute Hook { get; } = Writing(
        HttpMethods.Post, Root + "hooks/{account}", "paperHook", "An alert of a charting service as a simulated order, its secret in the header X-Hook-Secret or in the body",
        typeof(PaperDoneAnswer), body: null, Account) with
    { HasOwnSecret = true, MaxBody = 16 * 1024 };

    public static RestRoute HookWithSecret { get; } = Hook with
    {
        Path = Root + "hooks/{account}/{secret}",
        Name = "paperHookWithSecret",
        Summary = "An alert of a charting service as a simulated order, its secret in the path",
        Own = [Account, Secret],
    };

    private static RestRoute Reading(string path, string name, string summary, Type answer, params RestParameter[] parameters) =>
        new(Root + path, name, summary, "PAPER: simulated trading, and no advice.", answer, parameters) { HasTag = false };

    private static RestRoute Writing(string method, string path, string name, string summary, Type answer, Type? body, params RestParameter[] parameters) =>
        new(path, name, summary, "PAPER: simulated trading, and no advice. Nothing here can place a real order.", answer, parameters)
        {
            HasTag = false,
            Method = method,
            Body = body,
        };
}
