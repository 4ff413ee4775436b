using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Settings;

/// <summary>A series as it is typed: <c>binance:BTCUSDT</c>, or with a market <c>binance/usdm:BTCUSDT</c>.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Market">The market; null for the exchange's own choice.</param>
/// <param name="Symbol">The symbol as it was written.</param>
internal sealed record SeriesTarget(string Exchange, Market? Market, string Symbol)
{
    private const int MaxSymbolLengthOfFile = 100;

    /// <summary>Reads a target.</summary>
    /// <exception cref="UsageException">The text is none.</exception>
    public static SeriesTarget Parse(string text) =>
        Each(text) is [var one] ? one : throw new UsageException($"'{text}' is more than one series. Write one, as in binance:BTCUSDT.");

    /// <summary>
    /// Reads an exchange with its symbols behind it, series that say their exchange, or both; commas stand between symbols of one word: <c>binance
    /// BTCUSDT,ETHUSDT</c>, <c>binance:BTCUSDT,ETHUSDT okx/usdm:BTC-USDT-SWAP</c>.
    /// </summary>
    /// <param name="words">The words.</param>
    /// <param name="market">The market of those that say none; null for the exchange's own choice.</param>
    /// <exception cref="UsageException">A word means nothing; the message says what would.</exception>
    public static IReadOnlyList<SeriesTarget> ParseAll(IReadOnlyList<string> words, Market? market)
    {
        var found = new List<SeriesTarget>();
        SeriesTarget? among = null;
        foreach (var word in words)
        {
            if (IsWithExchange(word, isAlone: among is null))
            {
                found.AddRange(Each(word).Select(target => target with { Market = target.Market ?? market }));
            }
            else if (among is null)
            {
                among = new SeriesTarget(word, market, "");
            }
            else
            {
                found.AddRange(Each($"{among}{word}"));
            }
        }

        return among is not null && !found.Exists(target => target.Exchange == among.Exchange)
            ? throw new UsageException($"'{among.Exchange}' has no symbol behind it. Write an exchange and its symbols, as in binance BTCUSDT,ETHUSDT, or series, as in binance:BTCUSDT okx:BTC-USDT.")
            : [.. found.DistinctBy(target => (target.Exchange.ToUpperInvariant(), target.Market, target.Symbol))];
    }

    /// <summary>A command line that begins with a series, <c>binance:BTCUSDT</c>, with the exchange before it: that is what streaming begins with.</summary>
    public static string[] WithExchangeFirst(string[] args) =>
        args is [var first, ..] && IsWithExchange(first, isAlone: false) ? [first.Split(':', '/')[0], .. args] : args;

    /// <summary>Returns true when a quote is one of this target's, in whichever spelling it was asked for.</summary>
    public bool IsOf(in PriceQuote quote) => IsOf(quote.Series);

    /// <summary>Returns true when a series is this target's, in whichever spelling it was asked for.</summary>
    public bool IsOf(Series series) => Same(series.Symbol) || Same(series.VenueSymbol) || Same(series.Instrument.Symbol);

    /// <summary>
    /// The name of a file of its candles, <c>binance-usdm-BTCUSDT-1h.csv</c>, which all file systems take: of the symbol, what is neither letter, digit, dot,
    /// hyphen nor underscore becomes an underscore, and a month is <c>1mo</c>, for where case does not count <c>1M</c> would be the minute's.
    /// </summary>
    public string FileName(Interval interval, string format)
    {
        var symbol = string.Concat(
            Symbol.Take(MaxSymbolLengthOfFile).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_'));
        var length = interval.Unit == IntervalUnit.Month ? FormattableString.Invariant($"{interval.Count}mo") : interval.ToString();
        return $"{Exchange.ToLowerInvariant()}{(Market is { } market ? "-" + market.Name() : "")}-{symbol}-{length}.{(format == "json" ? "jsonl" : format)}";
    }

    /// <summary>Returns the target as it is typed.</summary>
    public override string ToString() => $"{Exchange}{(Market is { } market ? "/" + market.Name() : "")}:{Symbol}";

    private static List<SeriesTarget> Each(string text)
    {
        try
        {
            return [.. SeriesPattern.ParseAll(text).Select(one => new SeriesTarget(one.Exchange, one.Market, one.Text))];
        }
        catch (FormatException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    /// <summary>Returns true when a word says its exchange; behind an exchange, a colon may belong to a symbol, as in BTC/USDT:USDT.</summary>
    private static bool IsWithExchange(string word, bool isAlone)
    {
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && (isAlone || CommonOptions.ExchangeNames.Contains(word[..colon].Split('/')[0], StringComparer.OrdinalIgnoreCase));
    }

    private bool Same(string spelling) => string.Equals(spelling, Symbol, StringComparison.OrdinalIgnoreCase);
}
