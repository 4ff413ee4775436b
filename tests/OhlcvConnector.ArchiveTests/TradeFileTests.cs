using System.Globalization;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>Trades of a backtest as Parquet, read by DuckDB, beside the same as CSV.</summary>
public sealed class TradeFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task DuckDB_reads_from_Parquet_what_stands_in_the_csv()
    {
        var (csv, parquet) = (Path.Combine(_folder.Path, "trades.csv"), Path.Combine(_folder.Path, "trades.parquet"));
        var terminal = new Terminal(_folder);
        foreach (var file in new[] { csv, parquet })
        {
            var run = await terminal.RunAsync(
                $"backtest sma-cross binance:BTCUSDT,ETHUSDT --from 2026-01-01 --to 2026-01-15 --interval 1h --set fast=3 --set slow=8 --fee 0.1% --sandbox --trades {file}");
            run.Code.ShouldBe(0, run.Error);
        }

        var rows = DuckDb.Ask($"SELECT * FROM read_parquet('{parquet}')");
        var lines = File.ReadLines(csv).Skip(1).ToList();

        rows.Count.ShouldBe(lines.Count);
        rows.Count.ShouldBeGreaterThan(5);
        rows.Select(row => string.Join(',', row.Select(Text))).ShouldBe(lines.Select(Rounded));
        DuckDb.Ask($"SELECT DISTINCT column_type FROM (DESCRIBE SELECT entry_price, profit FROM read_parquet('{parquet}'))")
            .ShouldHaveSingleItem()[0].ShouldBe("DECIMAL(38,18)");
        DuckDb.Ask($"SELECT decode(value) FROM parquet_kv_metadata('{parquet}') WHERE decode(key) = 'simulated'").ShouldHaveSingleItem()[0].ShouldBe("true");
    }

    public void Dispose() => _folder.Dispose();

    private static string Text(object? cell) => cell switch
    {
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        decimal number => number.ToString("0.##################", CultureInfo.InvariantCulture),
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture)!,
    };

    /// <summary>A line of CSV with numbers of eighteen decimals at most, as the Parquet file has them.</summary>
    private static string Rounded(string line) => string.Join(
        ',', line.Split(',').Select(cell => decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? Text(decimal.Round(number, 18))
            : cell));
}
