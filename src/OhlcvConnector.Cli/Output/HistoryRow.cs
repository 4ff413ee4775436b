using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>
/// Row of a history file: what a line says of its candle, or of the gap at the file's end, which is asked for again as an open candle is; enough to go on after
/// it.
/// </summary>
internal sealed record HistoryRow(string Exchange, string Market, string Symbol, Interval Interval, DateTimeOffset OpenTime, bool IsClosed, bool IsSandbox)
{
    private static readonly int UsualFields = QuoteFields.Names.Count + QuoteFields.GapNames.Count;

    private static readonly HashSet<string> Known = [.. QuoteFields.Names, "fromArchive", "buyVolume", "sellVolume", "gap", "gapBefore", "sandbox"];

    /// <summary>True when the row is a candle, not the gap at the end.</summary>
    public bool IsCandle => Values is not null;

    /// <summary>Gap before the candle; of a gap at the end, that gap; null for none.</summary>
    public Gap? GapBefore { get; private init; }

    /// <summary>Series of the candle as the program that wrote the file knew it: enough to write it again.</summary>
    public Series Series => new(
        new Instrument { Exchange = Exchange, Market = MarketNames.Parse(Market), VenueSymbol = Symbol, Symbol = Symbol, BaseAsset = "", QuoteAsset = "" },
        Interval, Symbol);

    /// <summary>What an archive's file says of a stretch, as a word, with its end and a reason; null in a row of a candle or a gap.</summary>
    public (string State, DateTimeOffset To, string? Reason)? Coverage { get; private init; }

    /// <summary>Style in which the times of the row are written.</summary>
    public TimeStyle Times { get; private init; }

    private CandleValues? Values { get; init; }

    private DateTimeOffset ReceivedAt { get; init; }

    private QuoteSource Source { get; init; }

    /// <summary>The names of indicators' values; of a row of comma-separated values none, for the header has them.</summary>
    public IReadOnlyList<string> Columns { get; private init; } = [];

    /// <summary>Reads a line; null when it is none of ours.</summary>
    /// <param name="format">csv or json.</param>
    /// <param name="line">The line.</param>
    /// <param name="header">The line of names above it; null for that of history.</param>
    public static HistoryRow? Read(string format, string line, string? header = null) => format == "csv"
        ? FromCsv(line, header?.EndsWith("," + CsvQuoteWriter.BuyVolume, StringComparison.Ordinal) == true)
        : FromJson(line);

    /// <summary>The candle as it was when it was written.</summary>
    /// <exception cref="InvalidQuoteException">Somebody changed it to what no candle can be.</exception>
    public PriceQuote ToQuote(Series series) => new(series, Values!.Value, Source, ReceivedAt) { GapBefore = GapBefore };

    /// <summary>Returns the exchange, the market, the symbol and the interval in words, for a message.</summary>
    public override string ToString() => $"{(IsSandbox ? "sandbox " : "")}{Exchange} {Market} {Symbol} {Interval}";

    private static HistoryRow? FromCsv(string line, bool isOfArchive)
    {
        var fields = Fields(line);
        return fields.Count >= UsualFields && Interval.TryParse(fields[3], out var interval) && TryTime(fields[4], out var openTime)
            ? new HistoryRow(
                fields[0], fields[1], fields[2], interval, openTime, fields[13] == "true", fields.Count > UsualFields && fields[UsualFields] == "true")
            {
                Values = ValuesOf(openTime, fields[13] == "true", fields[14], fields[6], fields[7], fields[8], fields[9], fields[10], fields[11], fields[12],
                    isOfArchive ? fields[^1] : null),
                Times = StyleOf(fields[4]),
                ReceivedAt = TryTime(fields[15], out var receivedAt) ? receivedAt : default,
                Source = QuoteFields.SourceOf(fields[16]),
                Coverage = isOfArchive && fields[6].Length == 0 && fields[16].Length > 0 && TryTime(fields[5], out var to)
                    ? (fields[16], to, fields[UsualFields - 1] is { Length: > 0 } reason ? reason : null)
                    : null,
                GapBefore = GapOf(fields[QuoteFields.Names.Count], fields[QuoteFields.Names.Count + 1], fields[QuoteFields.Names.Count + 2]),
            }
            : null;
    }

    /// <summary>The numbers, in the order of <see cref="QuoteFields.Names"/>, then what buyers took; null when the prices are none.</summary>
    private static CandleValues? ValuesOf(DateTimeOffset openTime, bool isClosed, string? eventTime, params ReadOnlySpan<string?> numbers) =>
        Number(numbers[0]) is { } open && Number(numbers[1]) is { } high && Number(numbers[2]) is { } low && Number(numbers[3]) is { } close
            ? new CandleValues
            {
                OpenMs = openTime.ToUnixTimeMilliseconds(),
                Open = open,
                High = high,
                Low = low,
                Close = close,
                Volume = Number(numbers[4]),
                QuoteVolume = Number(numbers[5]),
                TradeCount = (long?)Number(numbers[6]),
                BuyVolume = Number(numbers[7]),
                IsClosed = isClosed,
                EventMs = TryTime(eventTime, out var time) ? time.ToUnixTimeMilliseconds() : null,
            }
            : null;

    private static Gap? GapOf(string? from, string? to, string? reason) =>
        TryTime(from, out var fromTime) && TryTime(to, out var toTime) ? new Gap(fromTime, toTime, reason ?? "") : null;

    private static Gap? GapOf(JsonElement gap) => GapOf(Moment(gap, "from"), Moment(gap, "to"), Text(gap, "reason"));

    private static decimal? Number(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Splits at commas that are not within quotes, of which two stand for one: reasons hold some.</summary>
    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                if (!isQuoted && at > 0 && line[at - 1] == '"')
                {
                    field.Append('"');
                }

                isQuoted = !isQuoted;
            }
            else if (line[at] == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[at]);
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
            var isClosed = row.ValueKind == JsonValueKind.Object && row.TryGetProperty("isClosed", out var closed) && closed.ValueKind == JsonValueKind.True;
            return row.ValueKind == JsonValueKind.Object
                && Text(row, "exchange") is { } exchange && Text(row, "market") is { } market && Text(row, "symbol") is { } symbol
                && Interval.TryParse(Text(row, "interval"), out var interval)
                && TryTime(
                    row.TryGetProperty("gap", out var gap) && gap.ValueKind == JsonValueKind.Object ? Moment(gap, "from") : Moment(row, "openTime"),
                    out var openTime)
                ? new HistoryRow(exchange, market, symbol, interval, openTime, isClosed, row.TryGetProperty("sandbox", out _))
                {
                    Values = ValuesOf(
                        openTime, isClosed, Moment(row, "eventTime"), Raw(row, "open"), Raw(row, "high"), Raw(row, "low"), Raw(row, "close"),
                        Raw(row, "volume"), Raw(row, "quoteVolume"), Raw(row, "trades"), Raw(row, "buyVolume")),
                    Coverage = Text(row, "coverage") is { } state && TryTime(Moment(row, "closeTime"), out var to) ? (state, to, Text(row, "reason")) : null,
                    Times = StyleOf(Moment(row, "openTime") ?? Moment(gap, "from")),
                    ReceivedAt = TryTime(Moment(row, "receivedAt"), out var receivedAt) ? receivedAt : default,
                    Source = QuoteFields.SourceOf(Text(row, "source")),
                    GapBefore = row.TryGetProperty("gapBefore", out var before) && before.ValueKind == JsonValueKind.Object
                        ? GapOf(before)
                        : gap.ValueKind == JsonValueKind.Object ? GapOf(gap) : null,
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

    private static bool TryTime(string? text, out DateTimeOffset time) => TimeStyles.TryRead(text, out time, out _);

    private static TimeStyle StyleOf(string? text) => TimeStyles.TryRead(text, out _, out var style) ? style : TimeStyle.Iso;

    /// <summary>A time, which can be a text or a number.</summary>
    private static string? Moment(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(row, name);
}
