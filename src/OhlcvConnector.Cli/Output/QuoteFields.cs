using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>The names and texts of a quote's fields, the same in all formats.</summary>
internal static class QuoteFields
{
    /// <summary>In the order in which they are written; with the sandbox, <c>sandbox</c> follows.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "exchange", "market", "symbol", "interval", "openTime", "closeTime", "open", "high", "low", "close",
        "volume", "quoteVolume", "trades", "isClosed", "eventTime", "receivedAt", "source",
    ];

    /// <summary>ISO 8601, UTC, milliseconds.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Says what is missing before a quote, if anything is.</summary>
    public static void WarnOfGap(in PriceQuote quote, TextWriter error)
    {
        if (quote.GapBefore is { } gap)
        {
            error.WriteLine($"warning: {quote.Series}: no candles from {Time(gap.From)} to {Time(gap.To)}: {gap.Reason}");
        }
    }

    /// <summary>The source's name.</summary>
    public static string Name(this QuoteSource source) => source switch
    {
        QuoteSource.Stream => "stream",
        QuoteSource.History => "history",
        _ => "inferred",
    };
}
