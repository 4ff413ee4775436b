using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Recorded;

/// <summary>Facts that a recorded page of history tells: its symbol, where it names one, and the distance of its rows.</summary>
internal sealed record HistoryFacts(string? Symbol, Interval? Interval)
{
    private const long LatestSeconds = 100_000_000_000;     // what is larger counts milliseconds
    private const long LatestMs = 253_402_300_799_999;      // 9999-12-31, the end of all calendars here

    /// <summary>Looks at a page of any venue's form: rows that are arrays or objects, somewhere within the document.</summary>
    public static HistoryFacts Of(ReadOnlyMemory<byte> document, IEnumerable<Interval> known)
    {
        try
        {
            using var parsed = JsonDocument.Parse(document);
            var rows = Rows(parsed.RootElement) is { } found ? found.EnumerateArray().ToList() : [];
            var times = rows.Select(row => Time(row, "t", 0)).OfType<long>().Order().ToList();
            var (start, end) = rows.Count > 0 && Time(rows[0], "t", 0) is { } open && Time(rows[0], "T", 6) is { } last && last > open && last % 1000 == 999
                ? (open, last + 1)
                : times.Zip(times.Skip(1)).Where(pair => pair.Second > pair.First).OrderBy(pair => pair.Second - pair.First).FirstOrDefault();
            return new HistoryFacts(
                SymbolOf(parsed.RootElement, rows),
                known.Where(interval => start > 0 && interval.NextMs(start) == end).Select(interval => (Interval?)interval).FirstOrDefault());
        }
        catch (JsonException)
        {
            return new HistoryFacts(null, null);
        }
    }

    private static JsonElement? Rows(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return element.GetArrayLength() > 0 && element[0].ValueKind is JsonValueKind.Array or JsonValueKind.Object ? element : null;
        }

        return element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().Select(property => Rows(property.Value)).FirstOrDefault(found => found is not null)
            : null;
    }

    private static long? Time(JsonElement row, string name, int column)
    {
        var value = row.ValueKind switch
        {
            JsonValueKind.Array when row.GetArrayLength() > column => row[column],
            JsonValueKind.Object when row.TryGetProperty(name, out var named) => named,
            _ => default,
        };
        var text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString(),
            _ => null,
        };
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            ? (time < LatestSeconds ? time * 1000 : time > LatestMs ? null : time)
            : null;
    }

    private static string? SymbolOf(JsonElement root, List<JsonElement> rows)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.Object
            && result.TryGetProperty("symbol", out var symbol))
        {
            return symbol.ValueKind == JsonValueKind.String ? symbol.GetString() : null;
        }

        return rows.Count > 0
            && rows[0].ValueKind == JsonValueKind.Object
            && rows[0].TryGetProperty("s", out var named)
            && named.ValueKind == JsonValueKind.String
            ? named.GetString()
            : null;
    }
}
