using OhlcvConnector.Domain;
using Parquet;
using Parquet.Schema;

namespace OhlcvConnector.Archive.Parquet;

/// <summary>A column, and how a group of candles becomes its values.</summary>
/// <param name="Field">The column.</param>
/// <param name="WriteAsync">Writes the values of a group.</param>
internal sealed record CandleColumn(DataField Field, Func<ParquetRowGroupWriter, List<PriceQuote>, Task> WriteAsync);

/// <summary>The columns of a file, in their order. They are the same in all files, so that many read as one table.</summary>
internal static class CandleColumns
{
    private const int Precision = 38;
    private const int Scale = 18;
    private const decimal Largest = 100_000_000_000_000_000_000m; // 20 digits before the point are enough for the volume of any coin

    private delegate T Of<T>(in PriceQuote candle);

    /// <summary>Those that say the series, where folders do not.</summary>
    public static IReadOnlyList<CandleColumn> OfSeries { get; } =
    [
        Texts("exchange", (in candle) => candle.Exchange),
        Texts("market", (in candle) => candle.Market.Name()),
        Texts("symbol", (in candle) => candle.Series.VenueSymbol),
        Texts("interval", (in candle) => candle.Interval.ToString()),
    ];

    /// <summary>Those of a candle.</summary>
    /// <param name="isSimulated">Whether the candles are simulated.</param>
    public static IReadOnlyList<CandleColumn> OfCandle(bool isSimulated) =>
    [
        Times("open_time", (in candle) => candle.OpenTime.UtcDateTime),
        Times("close_time", (in candle) => candle.CloseTime.UtcDateTime),
        Numbers("open", (in candle) => candle.Open),
        Numbers("high", (in candle) => candle.High),
        Numbers("low", (in candle) => candle.Low),
        Numbers("close", (in candle) => candle.Close),
        OptionalNumbers("volume", (in candle) => candle.Volume),
        OptionalNumbers("quote_volume", (in candle) => candle.QuoteVolume),
        OptionalNumbers("buy_volume", (in candle) => candle.BuyVolume),
        Optional<long>(new DataField("trades", typeof(long), isNullable: true), (in candle) => candle.TradeCount),
        Values(new DataField("is_closed", typeof(bool), isNullable: false), (in candle) => candle.IsClosed),
        Texts("source", (in candle) => candle.Source.ToString()),
        Optional<DateTime>(Time("event_time", isNullable: true), (in candle) => candle.EventTime?.UtcDateTime),
        Times("received_at", (in candle) => candle.ReceivedAt.UtcDateTime),
        Values(new DataField("sandbox", typeof(bool), isNullable: false), (in _) => isSimulated),
    ];

    private static CandleColumn Texts(string name, Of<string> of)
    {
        var field = new DataField(name, typeof(string), isNullable: false);
        return new CandleColumn(field, (group, candles) => group.WriteAsync(field, Column(candles, of)));
    }

    private static CandleColumn Times(string name, Of<DateTime> of) => Values(Time(name, isNullable: false), of);

    private static CandleColumn Numbers(string name, Of<decimal> of) =>
        Values(new DecimalDataField(name, Precision, Scale, isNullable: false), (in candle) => Exact(candle, of(candle)));

    private static CandleColumn OptionalNumbers(string name, Of<decimal?> of) => Optional<decimal>(
        new DecimalDataField(name, Precision, Scale, isNullable: true), (in candle) => of(candle) is { } number ? Exact(candle, number) : null);

    private static CandleColumn Values<T>(DataField field, Of<T> of)
        where T : struct => new(field, (group, candles) => group.WriteAsync<T>(field, Column(candles, of)));

    private static CandleColumn Optional<T>(DataField field, Of<T?> of)
        where T : struct => new(field, (group, candles) => group.WriteAsync<T>(field, Column(candles, of)));

    private static DateTimeDataField Time(string name, bool isNullable) =>
        new(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: isNullable);

    private static T[] Column<T>(List<PriceQuote> candles, Of<T> of)
    {
        var column = new T[candles.Count];
        for (var row = 0; row < column.Length; row++)
        {
            column[row] = of(candles[row]);
        }

        return column;
    }

    private static decimal Exact(in PriceQuote candle, decimal number)
    {
        var rounded = decimal.Round(number, Scale);
        return rounded == number && Math.Abs(number) < Largest ? rounded : throw new ArchiveException(
            ArchiveTrouble.Refused,
            FormattableString.Invariant($"{candle.Series} at {candle.OpenTime:u}: {number} has more digits than DECIMAL(38, 18) holds, and is not rounded. Write csv."));
    }
}
