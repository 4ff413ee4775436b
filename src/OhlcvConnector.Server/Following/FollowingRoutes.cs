using Microsoft.AspNetCore.Http;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Following;

/// <summary>The paths of the series that are followed, and of the search for others.</summary>
internal static class FollowingRoutes
{
    private const string Root = "/api/v1/series";

    private static readonly RestParameter Market = new("market", RestKind.Text, "spot, usdm or coinm, or an alias. Default: all.");

    /// <summary>How many closes of each series.</summary>
    public static RestParameter Closes { get; } = new("closes", RestKind.Whole, "The last so many closes of each, for a sparkline.") { Least = 0, Most = 100, Usual = "0" };

    /// <summary>How many series.</summary>
    public static RestParameter Limit { get; } = new("limit", RestKind.Whole, "At most so many series.") { Least = 1, Most = 5_000, Usual = "1000" };

    /// <summary>How many symbols.</summary>
    public static RestParameter Found { get; } = new("limit", RestKind.Whole, "At most so many symbols.") { Least = 1, Most = 500, Usual = "50" };

    /// <summary>What is followed.</summary>
    public static RestRoute All { get; } = new(
        Root, "followedSeries", "The series that are followed: how each is, its newest candle, its last closes",
        "Out of memory: no exchange is asked.", typeof(FollowedSeriesAnswer),
        new RestParameter("exchange", RestKind.Text, "The exchange's name. Default: all."), Market,
        new RestParameter("interval", RestKind.Text, "The candles' length, such as 1h. Default: all."), Closes, Limit)
    { HasTag = false };

    /// <summary>Follows some.</summary>
    public static RestRoute Follow { get; } = new(
        Root, "followSeries", "Follows series from now on, until the server stops", "Those that are followed already stay so.", typeof(FollowedSeriesAnswer))
    { Method = HttpMethods.Post, Body = typeof(NewSeries), HasTag = false };

    /// <summary>Follows one no longer.</summary>
    public static RestRoute Leave { get; } = new(
        Root, "leaveSeries", "Follows a series no longer that POST has had followed", "Clients that have subscribed to it keep it.", typeof(FollowedSeriesAnswer),
        new RestParameter("exchange", RestKind.Exchange, "The exchange's name.") { IsRequired = true },
        Market with { Description = "spot, usdm or coinm, or an alias. Default: the exchange's own." },
        new RestParameter("symbol", RestKind.Text, "BTCUSDT or BTC/USDT.") { IsRequired = true },
        new RestParameter("interval", RestKind.Interval, "The candles' length.") { Usual = "1m" })
    { Method = HttpMethods.Delete, HasTag = false };

    /// <summary>What could be followed.</summary>
    public static RestRoute Search { get; } = new(
        "/api/v1/search", "searchSymbols", "Symbols of all exchanges, the likeliest first",
        "An exchange that does not answer within five seconds is named, and hides no other.", typeof(SearchAnswer),
        new RestParameter("text", RestKind.Text, "A part of the symbol: btc, BTC/USDT, btcusdt.") { IsRequired = true }, Market, Found)
    { HasTag = false };
}
