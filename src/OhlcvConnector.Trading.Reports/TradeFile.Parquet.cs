using System.IO.Compression;
using Parquet;
using Parquet.Schema;

namespace OhlcvConnector.Trading.Reports;

/// <content>As a Parquet file: exact decimals, times as UTC milliseconds.</content>
public static partial class TradeFile
{
    private const int Precision = 38;
    private const int Scale = 18;

    /// <summary>Writes them as Parquet: amounts as <c>DECIMAL(38, 18)</c>, times as UTC milliseconds.</summary>
    /// <param name="output">Where to, from its beginning; it stays open.</param>
    /// <param name="result">The run.</param>
    /// <param name="isSandbox">Whether the candles are simulated; the file says so of itself.</param>
    public static async Task WriteParquetAsync(Stream output, BacktestResult result, bool isSandbox = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(result);
        Trade[] trades = [.. result.Trades];
        Column[] columns =
        [
            Words("series", trade => trade.Series.Name), Words("side", trade => Name(trade.Side)), Amounts("quantity", trade => Math.Abs(trade.Quantity)),
            Times("entry_time", trade => trade.EntryMs), Amounts("entry_price", trade => trade.EntryPrice), Times("exit_time", trade => trade.ExitMs),
            Amounts("exit_price", trade => trade.ExitPrice), Amounts("fees", trade => trade.Fees), Amounts("profit", trade => trade.Profit),
            Amounts("return_percent", trade => trade.Return * 100), Amounts("worst_percent", trade => trade.WorstReturn * 100),
            Amounts("best_percent", trade => trade.BestReturn * 100), Words("reason", trade => Name(trade.Reason)),
        ];
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Fastest };
        var schema = new ParquetSchema([.. columns.Select(column => (Field)column.Field)]);
        var writer = await ParquetWriter.CreateAsync(schema, output, options).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            using var group = writer.CreateRowGroup();
            foreach (var column in columns)
            {
                await column.WriteAsync(group, trades).ConfigureAwait(false);
            }

            group.CompleteValidate();
            writer.CustomMetadata = new Dictionary<string, string> { ["kind"] = "backtest", ["simulated"] = isSandbox ? "true" : "false" };
        }
    }

    private static Column Words(string name, Func<Trade, string> value)
    {
        var field = new DataField(name, typeof(string), isNullable: false);
        return new Column(field, (group, trades) => group.WriteAsync(field, Array.ConvertAll(trades, trade => value(trade))));
    }

    private static Column Times(string name, Func<Trade, long> value)
    {
        var field = new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis, isNullable: false);
        return new Column(
            field,
            (group, trades) => group.WriteAsync<DateTime>(
                field, Array.ConvertAll(trades, trade => DateTimeOffset.FromUnixTimeMilliseconds(value(trade)).UtcDateTime)));
    }

    private static Column Amounts(string name, Func<Trade, decimal> value)
    {
        var field = new DecimalDataField(name, Precision, Scale, isNullable: false);
        return new Column(field, (group, trades) => group.WriteAsync<decimal>(field, Array.ConvertAll(trades, trade => decimal.Round(value(trade), Scale))));
    }

    /// <summary>A column, and how trades become its values.</summary>
    private sealed record Column(DataField Field, Func<ParquetRowGroupWriter, Trade[], Task> WriteAsync);
}
