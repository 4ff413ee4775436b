using System.Text.RegularExpressions;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving.Importing;

/// <summary>What a file's candles are of: as the command line says, else as the file's name and its directories do.</summary>
/// <param name="Exchange">The exchange; null where nothing says it.</param>
/// <param name="Market">The market; null where nothing says it.</param>
/// <param name="Symbol">The symbol; null where nothing says it.</param>
/// <param name="Interval">The interval; null where nothing says it.</param>
internal sealed partial record FileSeries(string? Exchange, Market? Market, string? Symbol, Interval? Interval)
{
    private const string Binance = "binance";

    /// <summary>Whether the symbol is in the exchange's own spelling, so that the exchange need not be asked for it.</summary>
    public bool IsVenueSpelling { get; init; }

    /// <summary>Why a file of this name holds no candles of trades; null when it may.</summary>
    public string? Refusal { get; init; }

    /// <summary>Reads a name.</summary>
    public static FileSeries OfPath(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return OfOurs(name) ?? OfBinance(path, name) ?? OfFreqtrade(path, name) ?? new FileSeries(null, null, null, null);
    }

    /// <summary>The same with what the command line says.</summary>
    public FileSeries With(FileSeries said) => this with
    {
        Exchange = said.Exchange ?? Exchange,
        Market = said.Market ?? Market,
        Symbol = said.Symbol ?? Symbol,
        Interval = said.Interval ?? Interval,
        IsVenueSpelling = said.Symbol is not null || IsVenueSpelling,
    };

    /// <summary><c>binance-usdm-BTCUSDT-1h</c>, as <see cref="SeriesTarget.FileName"/> writes it.</summary>
    private static FileSeries? OfOurs(string name) =>
        Ours().Match(name) is { Success: true } match && ExchangeOf(match.Groups["exchange"].Value) is { } exchange
        ? new FileSeries(exchange, MarketNames.Parse(match.Groups["market"].Value), match.Groups["symbol"].Value, Length(match))
        : null;

    /// <summary>
    /// <c>BTCUSDT-1m-2024-01</c>, <c>BTCUSD_PERP-1h-2024-01-31</c>: the market is in directories such as <c>futures/um</c>, in the symbol where that has a
    /// contract's ending, or nowhere.
    /// </summary>
    private static FileSeries? OfBinance(string path, string name)
    {
        if (BinanceName().Match(name) is not { Success: true } match)
        {
            return null;
        }

        var folders = Folders(path);
        var symbol = match.Groups["symbol"].Value;
        Market? market = folders.Contains("um") ? Domain.Market.UsdMargined
            : folders.Contains("cm") ? Domain.Market.CoinMargined
            : folders.Contains("spot") ? Domain.Market.Spot
            : symbol.Contains("USD_", StringComparison.Ordinal) ? Domain.Market.CoinMargined
            : symbol.Contains('_', StringComparison.Ordinal) ? Domain.Market.UsdMargined
            : null;
        return new FileSeries(Binance, market, symbol, Length(match)) { IsVenueSpelling = true };
    }

    /// <summary><c>BTC_USDT-5m</c> in a directory of its exchange, <c>BTC_USDT_USDT-5m-futures</c> in one below it.</summary>
    private static FileSeries? OfFreqtrade(string path, string name)
    {
        if (FreqtradeName().Match(name) is not { Success: true } match)
        {
            return null;
        }

        var (asset, quote, settle, kind) = (match.Groups["base"].Value, match.Groups["quote"].Value, match.Groups["settle"].Value, match.Groups["kind"].Value);
        return new FileSeries(
            Folders(path).Select(ExchangeOf).LastOrDefault(exchange => exchange is not null),
            settle.Length == 0 ? Domain.Market.Spot : settle == asset ? Domain.Market.CoinMargined : Domain.Market.UsdMargined,
            Instrument.CommonSymbol(asset, quote, settle.Length == 0 ? null : settle),
            Length(match))
        {
            Refusal = kind is "" or "spot" or "futures" ? null : $"it is of {kind.Replace('_', ' ')}, which are no candles of trades",
        };
    }

    private static string? ExchangeOf(string name) =>
        CommonOptions.ExchangeNames.FirstOrDefault(exchange => string.Equals(exchange, name, StringComparison.OrdinalIgnoreCase));

    private static string[] Folders(string path) =>
        (Path.GetDirectoryName(Path.GetFullPath(path)) ?? "").Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);

    /// <summary>A month is <c>1mo</c> in names, and <c>1Mo</c>, for where case does not count <c>1M</c> would be the minute's.</summary>
    private static Interval? Length(Match match)
    {
        var text = match.Groups["interval"].Value;
        return Domain.Interval.TryParse(text.EndsWith("mo", StringComparison.OrdinalIgnoreCase) ? text[..^2] + "M" : text, out var interval) ? interval : null;
    }

    [GeneratedRegex(@"^(?<exchange>[a-z]+)-(?<market>spot|usdm|coinm)-(?<symbol>.+)-(?<interval>\d+(?:mo|[smhdwM]))$")]
    private static partial Regex Ours();

    [GeneratedRegex(@"^(?<symbol>[^-]+)-(?<interval>\d+(?:mo|[smhdwM]))-\d{4}-\d{2}(?:-\d{2})?$")]
    private static partial Regex BinanceName();

    [GeneratedRegex(@"^(?<base>[^_-]+)_(?<quote>[^_-]+)(?:_(?<settle>[^_-]+))?-(?<interval>\d+(?:Mo|[smhdwM]))(?:-(?<kind>\w+))?$")]
    private static partial Regex FreqtradeName();
}
