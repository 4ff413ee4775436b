using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace OhlcvConnector.Server.Rest;

/// <summary>A parameter of a path: what is described is what is checked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it can be.</param>
/// <param name="Description">For people.</param>
internal sealed record RestParameter(string Name, RestKind Kind, string Description)
{
    /// <summary>Whether it must be given.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it is a part of the path, instead of the query.</summary>
    public bool IsInPath { get; init; }

    /// <summary>Whether it goes away with the next version.</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>Of a whole number, the least.</summary>
    public int Least { get; init; }

    /// <summary>Of a whole number, the greatest.</summary>
    public int Most { get; init; }

    /// <summary>The value when it is not given; null for none.</summary>
    public string? Usual { get; init; }

    /// <summary>All that it can be; empty for no such list.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>What a parameter can be.</summary>
internal enum RestKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A name of an exchange.</summary>
    Exchange,

    /// <summary>A length of candles.</summary>
    Interval,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>A moment: ISO 8601, or milliseconds since 1970.</summary>
    Moment,
}

/// <summary>A path, and what is asked for and answered there.</summary>
/// <param name="Path">The path, as routing reads it.</param>
/// <param name="Name">Its name in clients that are made from the description.</param>
/// <param name="Summary">What it gives.</param>
/// <param name="Description">More of that.</param>
/// <param name="Answer">The type of the answer.</param>
/// <param name="Own">The parameters that it has, besides those of every path.</param>
internal sealed record RestRoute(string Path, string Name, string Summary, string Description, Type Answer, params IReadOnlyList<RestParameter> Own)
{
    private const int MaxCandles = 5_000;
    private const int MaxRows = 1_000;

    /// <summary>Whether the open candle comes too.</summary>
    public const string IncludeOpen = "includeOpen";

    /// <summary>Whether a listing is read anew.</summary>
    public const string Again = "again";

    private static readonly RestParameter Exchange = new("exchange", RestKind.Exchange, "The exchange's name.") { IsRequired = true };
    private static readonly RestParameter Market = new("market", RestKind.Text, "spot, usdm or coinm, or an alias. Default: the exchange's own.");
    private static readonly RestParameter Symbol = new("symbol", RestKind.Text, "BTCUSDT or BTC/USDT.") { IsRequired = true };
    private static readonly RestParameter Interval = new("interval", RestKind.Interval, "The candles' length: 1s, 1m, 5m, 1h, 1d, 1w, 1M ...") { Usual = "1m" };
    private static readonly RestParameter Build = new(
        "build", RestKind.Truth, "Whether to build the candles from shorter ones where the exchange lacks the interval, such as 7m from 1m.")
    {
        Usual = "false",
    };
    private static readonly RestParameter From = new("from", RestKind.Moment, "Candles that open at or after this time. Default: so many as limit before to.");
    private static readonly RestParameter To = new("to", RestKind.Moment, "Candles that open before this time. Default: now.");

    private static readonly RestParameter Currency = new(
        "quote", RestKind.Text, "The currency: USDT, USD, EUR. Default: the first of the server's order in which a source has the asset.");
    private static readonly RestParameter Fields = new(
        "fields", RestKind.Text, "Only these fields, separated by commas: price,change24h. The symbol comes always; watch stands for what fits a watch. Default: all.");

    /// <summary>How many points of the last day.</summary>
    public static RestParameter Sparkline { get; } = new("sparkline", RestKind.Whole, "So many prices of the last day, evenly apart; 0 for none.")
    {
        Least = 0,
        Most = 24,
        Usual = "0",
    };

    /// <summary>How old a price may be.</summary>
    public static RestParameter MaxAge { get; } = new(
        "maxAge", RestKind.Whole, "Wait for a price not older than so many seconds; 503 when none comes in time. Default: whatever there is comes at once.")
    {
        Least = 0,
        Most = 86_400,
        Usual = "86400",
    };

    /// <summary>How many candles at most.</summary>
    public static RestParameter Limit { get; } = new("limit", RestKind.Whole, "At most so many candles.") { Least = 1, Most = MaxCandles, Usual = "500" };

    /// <summary>How many rows.</summary>
    public static RestParameter Rows { get; } = new("rows", RestKind.Whole, "So many rows of prices.") { Least = 1, Most = MaxRows, Usual = "100" };

    /// <summary>In which form candles are answered.</summary>
    public static RestParameter Format { get; } = new(
        "format", RestKind.Text, "json, or a table: csv, a Parquet file, an Arrow file. Default: the first of them that Accept names, else json.")
    {
        Usual = TableFormat.Json,
        Choices = [TableFormat.Json, .. TableFormat.All.Select(format => format.Name)],
    };

    /// <summary>In which names the answer is.</summary>
    public static RestParameter Names { get; } = new(
        "names", RestKind.Text,
        "camel: the names that are described here; snake: those of the version before (venue_symbol), which the next one will not have any more.")
    { Usual = "camel", Choices = ["camel", "snake"], IsDeprecated = true };

    /// <summary>The newest prices.</summary>
    public static RestRoute Prices { get; } = new(
        "/v1/prices", "prices", "The newest prices", "Of 1 to 100 symbols.", typeof(PricesAnswer),
        Exchange, Market, new RestParameter("symbols", RestKind.Text, "1 to 100 symbols, separated by commas: BTC/USDT,ETH/USDT.") { IsRequired = true });

    /// <summary>The newest price of one symbol.</summary>
    public static RestRoute Price { get; } = new(
        "/v1/prices/{*symbol}", "price", "The newest price of one symbol", "A slash in the symbol may be written as it is, or as %2F.", typeof(PricesAnswer),
        Symbol with { IsInPath = true }, Exchange, Market);

    /// <summary>Candles.</summary>
    public static RestRoute Candles { get; } = new(
        "/v1/candles", "candles", "Closed candles of the past", "Where complete is false, go on from nextFrom.", typeof(CandlesAnswer),
        Exchange, Market, Symbol, Interval, Build, From, To, Limit,
        new RestParameter(IncludeOpen, RestKind.Truth, "Whether the candle that is open now comes too, last, where the range reaches it.") { Usual = "false" }, Format);

    /// <summary>Candles with values.</summary>
    public static RestRoute Indicators { get; } = new(
        "/v1/indicators", "indicators", "Closed candles of the past with indicators' values",
        "Each indicator needs at most 12,000 candles before the first one, which are read from history.", typeof(CandlesAnswer),
        Exchange, Market, Symbol, Interval, Build,
        new RestParameter("with", RestKind.Text, "1 to 20 indicators, separated by commas: rsi:14,bbands:20:2,ema:9@hl2.") { IsRequired = true },
        From, To, Limit);

    /// <summary>The indicators that there are.</summary>
    public static RestRoute IndicatorCatalog { get; } = new(
        "/v1/indicators/catalog", "indicatorCatalog", "The indicators that can be asked for", "With their parameters and outputs.", typeof(CatalogAnswer));

    /// <summary>A volume profile.</summary>
    public static RestRoute VolumeProfile { get; } = new(
        "/v1/volume-profile", "volumeProfile", "How much was traded at which prices", "Of at most 20,000 candles.", typeof(ProfileAnswer),
        Exchange, Market, Symbol, Interval, Build, From with { Description = "Candles that open at or after this time. Default: a day before to." }, To, Rows);

    /// <summary>Symbols.</summary>
    public static RestRoute Symbols { get; } = new(
        "/v1/symbols", "symbols", "What can be asked for", "Of one market, or of all that the exchange has.", typeof(SymbolsAnswer),
        Exchange, Market with { Description = "spot, usdm or coinm, or an alias. Default: all." },
        new RestParameter("filter", RestKind.Text, "A part of the symbol."),
        new RestParameter(Again, RestKind.Truth, "Whether the exchange's listing is read anew, at most once a minute.") { Usual = "false" });

    /// <summary>What the exchanges offer.</summary>
    public static RestRoute Exchanges { get; } = new(
        "/v1/exchanges", "exchanges", "What the exchanges offer", "Markets and intervals, and what time it is in the market.", typeof(ExchangesAnswer));

    /// <summary>The newest prices of assets.</summary>
    public static RestRoute AssetPrices { get; } = new(
        "/prices", "assetPrices", "The newest prices of assets",
        "Of 1 to 100 assets, each from the source that is preferred and young enough. An unknown one fails no other.", typeof(AssetPricesAnswer),
        new RestParameter("symbols", RestKind.Text, "1 to 100 assets, separated by commas: BTC,ETH.") { IsRequired = true }, Currency, Fields, Sparkline, MaxAge)
    { IsOfAssets = true };

    /// <summary>The newest price of one asset.</summary>
    public static RestRoute AssetPrice { get; } = new(
        "/prices/{symbol}", "assetPrice", "The newest price of one asset", "404 when no source knows it.", typeof(AssetPricesAnswer),
        new RestParameter("symbol", RestKind.Text, "The asset: BTC.") { IsInPath = true }, Currency, Fields, Sparkline, MaxAge)
    { IsOfAssets = true };

    /// <summary>The prices of assets as they change.</summary>
    public static RestRoute AssetPriceStream { get; } = new(
        "/prices-stream", "assetPriceStream", "The prices of assets as they change, as server-sent events",
        "Each event price has a row of /prices as its data; first the newest ones, then each at most once a second as it changes.", typeof(AssetPriceRow),
        new RestParameter("symbols", RestKind.Text, "1 to 100 assets, separated by commas: BTC,ETH.") { IsRequired = true }, Currency, Fields)
    { IsOfAssets = true, ContentType = "text/event-stream" };

    /// <summary>The method that it is asked with.</summary>
    public string Method { get; init; } = HttpMethods.Get;

    /// <summary>Whether it changes something: then a key of the role <c>trade</c> is needed, as <see cref="WriteGuard"/> says.</summary>
    public bool IsWrite => !HttpMethods.IsGet(Method) && !OnlyReads;

    /// <summary>Whether it changes nothing, though a question is sent with it.</summary>
    public bool OnlyReads { get; init; }

    /// <summary>Whether a key of the role <c>admin</c> is needed, to read it, too.</summary>
    public bool IsForAdmins { get; init; }

    /// <summary>Whether unknown parameters are passed over, as in protocols of others, whose clients send what they like.</summary>
    public bool IsLenient { get; init; }

    /// <summary>The status of its answers.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Whether a secret of its own stands in for a key, as in hooks for services that can send no header of their own.</summary>
    public bool HasOwnSecret { get; init; }

    /// <summary>The type of what is sent, as JSON; null for nothing.</summary>
    public Type? Body { get; init; }

    /// <summary>Most bytes that may be sent.</summary>
    public int MaxBody { get; init; } = 64 * 1024;

    /// <summary>Whether it is about assets, whatever pair stands for them; those have a limit of their own, and one kind of names.</summary>
    public bool IsOfAssets { get; init; }

    /// <summary>Whether answers have an ETag, by which who polls is spared what has not changed.</summary>
    public bool HasTag { get; init; } = true;

    /// <summary>In what form it answers.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>All parameters.</summary>
    public IReadOnlyList<RestParameter> Parameters => field ??= HasOldNames ? [.. Own, Names] : Own;

    /// <summary>Whether its answers can have the names of the version before; what that version did not have cannot.</summary>
    public bool HasOldNames => !IsOfAssets && Path.StartsWith("/v1/", StringComparison.Ordinal);

    /// <summary>What a whole number is when it is not given.</summary>
    public static int UsualOf(RestParameter parameter) => int.Parse(parameter.Usual!, CultureInfo.InvariantCulture);
}
