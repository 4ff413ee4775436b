using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Udf;

/// <summary>The paths of the UDF feed.</summary>
internal static class UdfRoutes
{
    private const string Protocol = "TradingView's Universal Data Feed. Errors of the question are {\"s\":\"error\",\"errmsg\":\"...\"} with the status 200, as its clients want them.";

    private static readonly RestParameter Symbol = new("symbol", RestKind.Text, "The ticker: binance/spot:BTCUSDT.") { IsRequired = true };
    private static readonly RestParameter From = new("from", RestKind.Text, "Seconds since 1970, inclusive.") { IsRequired = true };
    private static readonly RestParameter To = new("to", RestKind.Text, "Seconds since 1970, exclusive.") { IsRequired = true };
    private static readonly RestParameter Resolution = new("resolution", RestKind.Text, "1, 60, 1D, 1W, 1M, 1S.") { IsRequired = true };

    /// <summary>How many symbols.</summary>
    public static RestParameter Limit { get; } = new("limit", RestKind.Whole, "At most so many symbols.") { Least = 1, Most = 500, Usual = "30" };

    /// <summary>How many bars.</summary>
    public static RestParameter CountBack { get; } = new(
        "countback", RestKind.Whole, "So many candles before to, whatever from is; 0 for what lies between them.")
    { Least = 0, Most = int.MaxValue, Usual = "0" };

    public static RestRoute Config { get; } = Route("config", "udfConfig", "What the feed can do", typeof(UdfConfig));

    public static RestRoute Time { get; } = Route("time", "udfTime", "The market's time, seconds since 1970", typeof(string)) with { ContentType = "text/plain" };

    public static RestRoute Symbols { get; } = Route("symbols", "udfSymbol", "A symbol", typeof(UdfSymbol), Symbol);

    public static RestRoute Search { get; } = Route(
        "search", "udfSearch", "Symbols that match, the likeliest first", typeof(UdfFound[]),
        new RestParameter("query", RestKind.Text, "A part of the symbol."),
        new RestParameter("type", RestKind.Text, "spot, usdm or coinm. Default: all."),
        new RestParameter("exchange", RestKind.Text, "The exchange's name. Default: all."), Limit);

    public static RestRoute History { get; } = Route(
        "history", "udfHistory", "Candles, ascending, the open one too", typeof(UdfBars), Symbol, From, To, Resolution, CountBack);

    public static RestRoute Marks { get; } = Route("marks", "udfMarks", "Signals as marks", typeof(UdfMarks), Symbol, From, To, Resolution);

    private static RestRoute Route(string path, string name, string summary, Type answer, params RestParameter[] parameters) =>
        new($"/udf/{path}", name, summary, Protocol, answer, parameters) { HasTag = false, IsLenient = true };
}
