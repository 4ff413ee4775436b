using System.Text;
using System.Text.Json;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Parquet;

/// <summary>What a file says of itself, beside its columns.</summary>
internal static class FileFacts
{
    /// <summary>The version of the columns.</summary>
    public const string Version = "1";

    private const string VersionKey = "ohlcv.version";
    private const string SandboxKey = "ohlcv.sandbox";
    private const string ExchangeKey = "ohlcv.exchange";
    private const string MarketKey = "ohlcv.market";
    private const string SymbolKey = "ohlcv.symbol";
    private const string IntervalKey = "ohlcv.interval";
    private const string CoverageKey = "ohlcv.coverage";

    /// <summary>Writes them.</summary>
    /// <param name="isSimulated">Whether the candles are simulated.</param>
    /// <param name="series">The one series of the file; null where columns say it.</param>
    /// <param name="coverage">What is known of the series' stretches.</param>
    public static Dictionary<string, string> Write(bool isSimulated, Series? series, IReadOnlyList<CoverageRange> coverage)
    {
        var facts = new Dictionary<string, string> { [VersionKey] = Version, [SandboxKey] = isSimulated ? "true" : "false" };
        if (series is not null)
        {
            facts[ExchangeKey] = series.Exchange;
            facts[MarketKey] = series.Market.Name();
            facts[SymbolKey] = series.VenueSymbol;
            facts[IntervalKey] = series.Interval.ToString();
            facts[CoverageKey] = Write(coverage);
        }

        return facts;
    }

    /// <summary>Whether a file is one of ours, of a version that is known.</summary>
    public static bool AreOurs(IReadOnlyDictionary<string, string> facts) => facts.GetValueOrDefault(VersionKey) == Version;

    /// <summary>Whether the candles are simulated.</summary>
    public static bool IsSimulated(IReadOnlyDictionary<string, string> facts) => facts.GetValueOrDefault(SandboxKey) == "true";

    /// <summary>The one series of the file; null where columns say it.</summary>
    public static Series? SeriesOf(IReadOnlyDictionary<string, string> facts) => facts.TryGetValue(ExchangeKey, out var exchange)
        ? Series(exchange, facts[MarketKey], facts[SymbolKey], facts[IntervalKey]) : null;

    /// <summary>A series of which a file says no more than its name.</summary>
    public static Series Series(string exchange, string market, string symbol, string interval) => new(
        new Instrument
        {
            Exchange = exchange,
            Market = MarketNames.Parse(market),
            VenueSymbol = symbol,
            Symbol = symbol,
            BaseAsset = "",
            QuoteAsset = "",
        },
        Interval.Parse(interval));

    /// <summary>What was known of the series' stretches.</summary>
    public static IReadOnlyList<CoverageRange> CoverageOf(IReadOnlyDictionary<string, string> facts)
    {
        if (!facts.TryGetValue(CoverageKey, out var text))
        {
            return [];
        }

        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(range => new CoverageRange(
            range.GetProperty("from").GetInt64(), range.GetProperty("to").GetInt64(), Enum.Parse<Coverage>(range.GetProperty("state").GetString()!),
            range.TryGetProperty("reason", out var reason) ? reason.GetString() : null))];
    }

    private static string Write(IReadOnlyList<CoverageRange> coverage)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var range in coverage.Where(range => range.Coverage != Coverage.NeverAsked))
            {
                json.WriteStartObject();
                json.WriteNumber("from", range.FromMs);
                json.WriteNumber("to", range.ToMs);
                json.WriteString("state", range.Coverage.ToString());
                if (range.Reason is { } reason)
                {
                    json.WriteString("reason", reason);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
