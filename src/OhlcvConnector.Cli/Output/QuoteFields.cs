using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>The names and texts of a quote's fields, the same in all formats.</summary>
internal static class QuoteFields
{
    private const int SignificantDigits = 8;

    /// <summary>
    /// Names of the fields in the order in which they are written; in comma-separated values the gap before follows, with the sandbox, <c>sandbox</c>.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "exchange", "market", "symbol", "interval", "openTime", "closeTime", "open", "high", "low", "close",
        "volume", "quoteVolume", "trades", "isClosed", "eventTime", "receivedAt", "source",
    ];

    /// <summary>ISO 8601, UTC, milliseconds.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Names of the fields that comma-separated values have for the gap before a candle.</summary>
    public static IReadOnlyList<string> GapNames { get; } = ["gapFrom", "gapTo", "gapReason"];

    /// <summary>An indicator's value for people: eight significant digits, or a dash where there is none.</summary>
    public static string Short(double value)
    {
        if (!double.IsFinite(value))
        {
            return "-";
        }

        var digits = value == 0 ? 0 : Math.Clamp(SignificantDigits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15);
        return Math.Round(value, digits).ToString("0.###############", CultureInfo.InvariantCulture);
    }

    /// <summary>Says what is missing before a quote, if anything is.</summary>
    /// <param name="quote">The quote.</param>
    /// <param name="hasValues">True when indicators begin anew with it.</param>
    /// <param name="error">The writer that takes the warning.</param>
    public static void WarnOfGap(in PriceQuote quote, bool hasValues, TextWriter error)
    {
        if (quote.GapBefore is { } gap)
        {
            error.WriteLine(
                $"warning: {quote.Series}: no candles from {Time(gap.From)} to {Time(gap.To)}: {gap.Reason}{(hasValues ? "; indicators begin anew" : "")}");
        }
    }

    /// <summary>Returns the words for candles of the past that do not come; that nothing was listed yet is no warning.</summary>
    public static string Words(MissingCandles missing) => missing.Kind == MissingKind.BeforeListing
        ? $"{missing.Series}: begins at {Time(missing.To)}, nothing is missing before: {missing.Reason}"
        : $"warning: {missing.Series}: no candles from {Time(missing.From)} to {Time(missing.To)}: {missing.Reason}";

    /// <summary>The source's name.</summary>
    public static string Name(this QuoteSource source) => source switch
    {
        QuoteSource.Stream => "stream",
        QuoteSource.History => "history",
        QuoteSource.Trades => "trades",
        QuoteSource.BuiltFromTrades => "built",
        QuoteSource.Flat => "flat",
        _ => "inferred",
    };

    /// <summary>The source of a name; what is none is history.</summary>
    public static QuoteSource SourceOf(string? name) => name switch
    {
        "stream" => QuoteSource.Stream,
        "inferred" => QuoteSource.Inferred,
        "trades" => QuoteSource.Trades,
        "built" => QuoteSource.BuiltFromTrades,
        "flat" => QuoteSource.Flat,
        _ => QuoteSource.History,
    };
}
