using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>What a line of a history file says of its candle, or of the gap at its end, which is asked for again as an open candle is; enough to go on after it.</summary>
internal sealed record HistoryRow(string Exchange, string Market, string Symbol, Interval Interval, DateTimeOffset OpenTime, bool IsClosed, bool IsSandbox)
{
    private static readonly int Columns = QuoteFields.Names.Count + QuoteFields.GapNames.Count;

    /// <summary>Reads a line; null when it is none of ours.</summary>
    public static HistoryRow? Read(string format, string line) => format == "csv" ? FromCsv(line) : FromJson(line);

    /// <summary>In words, for a message.</summary>
    public override string ToString() => $"{(IsSandbox ? "sandbox " : "")}{Exchange} {Market} {Symbol} {Interval}";

    private static HistoryRow? FromCsv(string line)
    {
        var fields = Fields(line);
        return (fields.Count == Columns || fields.Count == Columns + 1) && Interval.TryParse(fields[3], out var interval) && TryTime(fields[4], out var openTime)
            ? new HistoryRow(fields[0], fields[1], fields[2], interval, openTime, fields[13] == "true", fields.Count > Columns && fields[Columns] == "true")
            : null;
    }

    /// <summary>Splits at commas that are not within quotes: reasons hold some.</summary>
    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        foreach (var letter in line)
        {
            isQuoted ^= letter == '"';
            if (letter == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (letter != '"')
            {
                field.Append(letter);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }

    private static HistoryRow? FromJson(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            return row.ValueKind == JsonValueKind.Object
                && Text(row, "exchange") is { } exchange && Text(row, "market") is { } market && Text(row, "symbol") is { } symbol
                && Interval.TryParse(Text(row, "interval"), out var interval)
                && TryTime(row.TryGetProperty("gap", out var gap) && gap.ValueKind == JsonValueKind.Object ? Text(gap, "from") : Text(row, "openTime"), out var openTime)
                ? new HistoryRow(exchange, market, symbol, interval, openTime, row.TryGetProperty("isClosed", out var closed) && closed.ValueKind == JsonValueKind.True, row.TryGetProperty("sandbox", out _))
                : null;
        }
        catch (JsonException)
        {
            return null; // some other file
        }
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
