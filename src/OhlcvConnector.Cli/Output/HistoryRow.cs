using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Cli.Output;

/// <summary>What a line of a history file says of its candle, or of the gap at its end, which is asked for again as an open candle is; enough to go on after it.</summary>
internal sealed record HistoryRow(string Exchange, string Market, string Symbol, Interval Interval, DateTimeOffset OpenTime, bool IsClosed, bool IsSandbox)
{
    private static readonly int UsualFields = QuoteFields.Names.Count + QuoteFields.GapNames.Count;

    private static readonly HashSet<string> Known = [.. QuoteFields.Names, "gap", "gapBefore", "sandbox"];

    /// <summary>The candle in the numbers of indicators; of a gap, all are NaN.</summary>
    public Bar Bar { get; private init; }

    /// <summary>Whether it is a candle, not the gap at the end.</summary>
    public bool IsCandle => double.IsFinite(Bar.Close);

    /// <summary>Whether candles are missing before it.</summary>
    public bool HasGapBefore { get; private init; }

    /// <summary>The names of indicators' values; of a row of comma-separated values none, for the header has them.</summary>
    public IReadOnlyList<string> Columns { get; private init; } = [];

    /// <summary>Reads a line; null when it is none of ours.</summary>
    public static HistoryRow? Read(string format, string line) => format == "csv" ? FromCsv(line) : FromJson(line);

    /// <summary>In words, for a message.</summary>
    public override string ToString() => $"{(IsSandbox ? "sandbox " : "")}{Exchange} {Market} {Symbol} {Interval}";

    private static HistoryRow? FromCsv(string line)
    {
        var fields = Fields(line);
        return fields.Count >= UsualFields && Interval.TryParse(fields[3], out var interval) && TryTime(fields[4], out var openTime)
            ? new HistoryRow(fields[0], fields[1], fields[2], interval, openTime, fields[13] == "true", fields.Count > UsualFields && fields[UsualFields] == "true")
            {
                Bar = NewBar(openTime, fields[5], fields[6], fields[7], fields[8], fields[9], fields[10]),
                HasGapBefore = fields[QuoteFields.Names.Count].Length > 0,
            }
            : null;
    }

    private static Bar NewBar(DateTimeOffset openTime, string? closeTime, params ReadOnlySpan<string?> numbers) =>
        new(openTime.ToUnixTimeMilliseconds(), Number(numbers[0]), Number(numbers[1]), Number(numbers[2]), Number(numbers[3]), Number(numbers[4]))
        {
            CloseMs = TryTime(closeTime, out var time) ? time.ToUnixTimeMilliseconds() : Bar.NoTime,
        };

    private static double Number(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (double)number : double.NaN;

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
                {
                    Bar = NewBar(openTime, Text(row, "closeTime"), Raw(row, "open"), Raw(row, "high"), Raw(row, "low"), Raw(row, "close"), Raw(row, "volume")),
                    HasGapBefore = row.TryGetProperty("gapBefore", out _),
                    Columns = [.. row.EnumerateObject().Select(property => property.Name).Where(name => !Known.Contains(name))],
                }
                : null;
        }
        catch (JsonException)
        {
            return null; // some other file
        }
    }

    private static string? Raw(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetRawText() : null;

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
