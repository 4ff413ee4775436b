using System.Globalization;
using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Archive.Parquet;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Rest;

/// <summary>Candles as tables.</summary>
/// <param name="candles">The candles, ascending.</param>
/// <param name="isSandbox">Whether they are simulated: a column says so of each.</param>
internal sealed class CandleTable(IReadOnlyList<PriceQuote> candles, bool isSandbox)
{
    private static readonly string[] CsvColumns =
    [
        "exchange", "market", "symbol", "interval", "openTime", "closeTime", "open", "high", "low", "close", "volume", "quoteVolume", "trades", "isClosed",
        "eventTime", "receivedAt", "source", "gapFrom", "gapTo", "gapReason",
    ];

    private static readonly Decimal128Type Number = new(precision: 38, scale: 18);
    private static readonly TimestampType Time = new(TimeUnit.Millisecond, "UTC");

    /// <summary>Writes them.</summary>
    /// <param name="format">The form.</param>
    /// <param name="hasOldNames">Whether columns of csv have the names of the version before.</param>
    /// <exception cref="RequestException">A number has more digits than the form holds.</exception>
    public async Task<byte[]> WriteAsync(TableFormat format, bool hasOldNames) => format == TableFormat.Csv ? Csv(hasOldNames)
        : format == TableFormat.Parquet ? await ParquetAsync().ConfigureAwait(false) : await ArrowAsync().ConfigureAwait(false);

    private byte[] Csv(bool hasOldNames)
    {
        var text = new StringBuilder();
        string[] names = [.. CsvColumns, .. isSandbox ? (string[])["sandbox"] : [], "buyVolume"];
        text.AppendJoin(',', names.Select(name => hasOldNames ? JsonNamingPolicy.SnakeCaseLower.ConvertName(name) : name)).Append('\n');
        foreach (var candle in candles)
        {
            var gap = candle.GapBefore;
            text.AppendJoin(',',
                candle.Exchange, candle.Market.Name(), Quoted(candle.Symbol), candle.Interval, Moment(candle.OpenTime), Moment(candle.CloseTime),
                Digits(candle.Open), Digits(candle.High), Digits(candle.Low), Digits(candle.Close), Digits(candle.Volume), Digits(candle.QuoteVolume),
                candle.TradeCount?.ToString(CultureInfo.InvariantCulture), candle.IsClosed ? "true" : "false", Moment(candle.EventTime),
                Moment(candle.ReceivedAt), CandleFields.Name(candle.Source), Moment(gap?.From), Moment(gap?.To), Quoted(gap?.Reason ?? ""));
            text.Append(isSandbox ? ",true," : ",").Append(Digits(candle.BuyVolume)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private async Task<byte[]> ParquetAsync()
    {
        using var stream = new MemoryStream();
        try
        {
            var writer = await ParquetCandleWriter.CreateAsync(stream, isSandbox).ConfigureAwait(false);
            await using (writer.ConfigureAwait(false))
            {
                foreach (var candle in candles)
                {
                    await writer.WriteAsync(candle).ConfigureAwait(false);
                }

                await writer.CompleteAsync([]).ConfigureAwait(false);
            }
        }
        catch (ArchiveException exception)
        {
            throw RestQuery.Bad(exception.Message);
        }

        return stream.ToArray();
    }

    private async Task<byte[]> ArrowAsync()
    {
        (Field Field, IArrowArray Column)[] columns =
        [
            Texts("exchange", candle => candle.Exchange),
            Texts("market", candle => candle.Market.Name()),
            Texts("symbol", candle => candle.Series.VenueSymbol),
            Texts("interval", candle => candle.Interval.ToString()),
            Times("open_time", candle => candle.OpenTime),
            Times("close_time", candle => candle.CloseTime),
            Numbers("open", candle => candle.Open),
            Numbers("high", candle => candle.High),
            Numbers("low", candle => candle.Low),
            Numbers("close", candle => candle.Close),
            Numbers("volume", candle => candle.Volume),
            Numbers("quote_volume", candle => candle.QuoteVolume),
            Numbers("buy_volume", candle => candle.BuyVolume),
            Counts("trades", candle => candle.TradeCount),
            Truths("is_closed", candle => candle.IsClosed),
            Texts("source", candle => candle.Source.ToString()),
            Times("event_time", candle => candle.EventTime),
            Times("received_at", candle => candle.ReceivedAt),
            Truths("sandbox", _ => isSandbox),
        ];
        var schema = new Schema(columns.Select(column => column.Field), [new KeyValuePair<string, string>("ohlcv.sandbox", isSandbox ? "true" : "false")]);
        using var stream = new MemoryStream();
        using var batch = new RecordBatch(schema, columns.Select(column => column.Column), candles.Count);
        using var writer = new ArrowFileWriter(stream, schema, leaveOpen: true);
        await writer.WriteRecordBatchAsync(batch).ConfigureAwait(false);
        await writer.WriteEndAsync().ConfigureAwait(false);
        return stream.ToArray();
    }

    private (Field Field, IArrowArray Column) Texts(string name, Func<PriceQuote, string> of) =>
        (new Field(name, StringType.Default, nullable: false), candles.Aggregate(new StringArray.Builder(), (all, candle) => all.Append(of(candle))).Build());

    private (Field Field, IArrowArray Column) Truths(string name, Func<PriceQuote, bool> of) =>
        (new Field(name, BooleanType.Default, nullable: false), candles.Aggregate(new BooleanArray.Builder(), (all, candle) => all.Append(of(candle))).Build());

    private (Field Field, IArrowArray Column) Counts(string name, Func<PriceQuote, long?> of) =>
        (new Field(name, Int64Type.Default, nullable: true), candles.Aggregate(new Int64Array.Builder(), (all, candle) => all.Append(of(candle))).Build());

    private (Field Field, IArrowArray Column) Times(string name, Func<PriceQuote, DateTimeOffset?> of)
    {
        var column = new TimestampArray.Builder(Time);
        foreach (var candle in candles)
        {
            _ = of(candle) is { } time ? column.Append(time) : column.AppendNull();
        }

        return (new Field(name, Time, nullable: true), column.Build());
    }

    private (Field Field, IArrowArray Column) Numbers(string name, Func<PriceQuote, decimal?> of)
    {
        var column = new Decimal128Array.Builder(Number);
        foreach (var candle in candles)
        {
            if (of(candle) is not { } number)
            {
                column.AppendNull();
                continue;
            }

            var rounded = decimal.Round(number, Number.Scale);
            _ = rounded == number ? column.Append(rounded)
                : throw RestQuery.Bad(FormattableString.Invariant($"{candle.Series} at {candle.OpenTime:u}: {number} has more digits than a decimal of the table holds, and is not rounded. Ask for csv."));
        }

        return (new Field(name, Number, nullable: true), column.Build());
    }

    private static string Digits(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Moment(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n")
        ? $"\"{text.ReplaceLineEndings(" ").Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
