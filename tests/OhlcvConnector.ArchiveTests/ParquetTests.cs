using System.Globalization;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.Parquet;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>Parquet files, read by DuckDB, which shares nothing with us, and by ourselves.</summary>
public sealed class ParquetTests : IDisposable
{
    private const string Fields = """
        open_time, open, high, low, close, volume, quote_volume, buy_volume, trades, is_closed, source, event_time, received_at, sandbox, close_time
        """;

    private static readonly long NewYear = new DateTimeOffset(2025, 12, 31, 23, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Into => Path.Combine(_folder.Path, "parquet");

    [Fact]
    public async Task DuckDB_reads_the_same_numbers_from_all_folders_as_one_table()
    {
        var series = new[] { Candles.Minutes(), new Series(Candles.Instrument("PURR/USDC", exchange: "hyperliquid"), Interval.OneMinute) };
        await using var archive = _folder.Open();
        foreach (var one in series)
        {
            await archive.AppendAsync([.. Enumerable.Range(0, 120).Select(index => Awkward(one, index))], [], Token);
            (await new ParquetExport(archive, Into).WriteAsync(one, cancellationToken: Token)).ShouldBe(120);
        }

        var rows = DuckDb.Ask($"SELECT exchange, market, interval, symbol, year, {Fields} FROM read_parquet('{Into}/**/*.parquet', hive_partitioning = true) ORDER BY exchange, open_time");

        rows.Count.ShouldBe(240);
        var expected = new List<PriceQuote>();
        foreach (var one in series)
        {
            expected.AddRange(await archive.AllAsync(one));
        }

        foreach (var (row, candle) in rows.Zip(expected))
        {
            row[..5].Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)).ShouldBe(
                [candle.Exchange, "spot", "1m", candle.Series.VenueSymbol, candle.OpenTime.Year.ToString(CultureInfo.InvariantCulture)]);
            row[5..].ShouldBe(
            [
                candle.OpenTime.UtcDateTime, candle.Open, candle.High, candle.Low, candle.Close, candle.Volume, candle.QuoteVolume, candle.BuyVolume,
                candle.TradeCount, true, candle.Source.ToString(), candle.EventTime?.UtcDateTime,
                    candle.ReceivedAt.UtcDateTime, true, candle.CloseTime.UtcDateTime,
            ]);
        }

        DuckDb.Ask($"SELECT DISTINCT column_type FROM (DESCRIBE SELECT open, volume FROM read_parquet('{Into}/**/*.parquet'))")
            .ShouldHaveSingleItem()[0].ShouldBe("DECIMAL(38,18)");
        DuckDb.Ask($"SELECT count(*) FROM parquet_metadata('{Into}/**/*.parquet') WHERE compression <> 'ZSTD'").ShouldHaveSingleItem()[0].ShouldBe(0L);
    }

    [Fact]
    public async Task What_is_exported_comes_back_with_all_that_was_known_and_twice_changes_nothing()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(_folder) { Sandbox = sandbox };
        var series = Candles.Minutes();
        await using (var archive = SqliteCandleArchive.Open(terminal.File, true))
        {
            await archive.AppendAsync([Awkward(series, 0), Awkward(series, 5), Awkward(series, 70)],
            [
                SeriesCoverage.Complete(series, NewYear, NewYear + (6 * 60_000)),
                new SeriesCoverage(
                    series, new CoverageRange(NewYear + (6 * 60_000), NewYear + (70 * 60_000), Coverage.Missing, "the exchange, it says, \"lost\" them")),
            ], Token);
        }

        var export = await terminal.RunAsync($"archive export --output parquet --into {Into} --sandbox");

        (export.Code, export.Error).ShouldBe((3, "warning: binance spot BTCUSDT 1m: no candles from 2025-12-31T23:06:00.000Z to 2026-01-01T00:10:00.000Z: the exchange, it says, \"lost\" them\n"));
        Directory.GetFiles(Into, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Into, file)).Order(StringComparer.Ordinal).ShouldBe(
        [
            "exchange=binance/market=spot/interval=1m/symbol=BTCUSDT/year=2025/candles.parquet",
            "exchange=binance/market=spot/interval=1m/symbol=BTCUSDT/year=2026/candles.parquet",
        ]);
        var other = Path.Combine(_folder.Path, "other.db");

        (await terminal.RunAsync($"archive import {Into} --archive {other} --live")).ShouldBe(
            (0, "", "3 candles were added, 0 were there, 0 had other values, 0 rows were refused.\n"));
        (await terminal.RunAsync($"archive import {Into} --archive {other} --live")).Error.ShouldStartWith("0 candles were added, 3 were there, 0 had");
        await using var one = SqliteCandleArchive.Open(terminal.File);
        await using var two = SqliteCandleArchive.Open(other);

        (await two.AllAsync(series)).ShouldBe(await one.AllAsync(series));
        (await two.HoldingsAsync(series, Token)).Coverage.ShouldBe((await one.HoldingsAsync(series, Token)).Coverage);
        var real = await terminal.RunAsync($"archive import {Into} --archive {Path.Combine(_folder.Path, "real.db")} --proxy http://127.0.0.1:1");

        real.Code.ShouldBe(1);
        real.Error.ShouldContain("it is simulated; give --sandbox");
    }

    [Fact]
    public async Task A_part_of_the_time_is_written_where_it_is_wanted_and_what_is_read_goes_to_stdout()
    {
        var terminal = new Terminal(_folder);
        var series = Candles.Minutes();
        await using (var archive = SqliteCandleArchive.Open(terminal.File, true))
        {
            await archive.AppendAsync([.. Enumerable.Range(0, 600).Select(index => Candles.Closed(series, index))], [], Token);
        }

        (await terminal.RunAsync($"archive export binance:BTCUSDT --output parquet --into {Into} --from 2026-01-01T01:00Z --to 2026-01-01T02:00Z --sandbox"))
            .ShouldBe((0, "", ""));
        DuckDb.Ask($"SELECT count(*), min(open_time), max(open_time) FROM read_parquet('{Into}/**/*.parquet')").ShouldHaveSingleItem().ShouldBe(
            [60L, new DateTime(2026, 1, 1, 1, 0, 0), new DateTime(2026, 1, 1, 1, 59, 0)]);
        var read = await terminal.RunBytesAsync("archive read binance:BTCUSDT --interval 1h --output parquet --sandbox");

        read.Code.ShouldBe(0, read.Error);
        var file = Path.Combine(_folder.Path, "hours.parquet");
        await File.WriteAllBytesAsync(file, read.Output, Token);
        DuckDb.Ask($"SELECT exchange, market, symbol, interval, open, close, trades, sandbox FROM '{file}' WHERE open_time = '2026-01-01 03:00:00Z'")
            .ShouldHaveSingleItem()
            .ShouldBe(["binance", "spot", "BTCUSDT", "1h", 280m, 339.5m, 3_000L, true]);
        (await terminal.RunAsync("archive read binance:BTCUSDT --output parquet --times unix --sandbox")).Error
            .ShouldContain("--times is of text, json and csv");
    }

    [Fact]
    public async Task A_number_with_too_many_digits_is_named_and_the_file_before_stays()
    {
        var series = Candles.Minutes();
        await using var archive = _folder.Open();
        await archive.AppendAsync([Candles.Closed(series, 0)], [], Token);
        await new ParquetExport(archive, Into).WriteAsync(series, cancellationToken: Token);

        var file = Directory.GetFiles(Into, "*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        var before = await File.ReadAllBytesAsync(file, Token);
        var values = new CandleValues { OpenMs = Candles.T0 + 60_000, Open = 1, High = 1, Low = 1, Close = 1, Volume = 1e-19m, IsClosed = true };
        await archive.AppendAsync([new PriceQuote(series, values, QuoteSource.Stream, DateTimeOffset.UnixEpoch)], [], Token);
        var error = await Should.ThrowAsync<ArchiveException>(() => new ParquetExport(archive, Into).WriteAsync(series, cancellationToken: Token));

        error.Message.ShouldContain("0.0000000000000000001 has more digits than DECIMAL(38, 18) holds");
        Directory.GetFiles(Into, "*", SearchOption.AllDirectories).ShouldBe([file]);
        (await File.ReadAllBytesAsync(file, Token)).ShouldBe(before);
    }

    [Fact]
    public async Task A_damaged_file_and_one_of_others_are_refused()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(_folder) { Sandbox = sandbox };
        Directory.CreateDirectory(Into);
        DuckDb.Ask($"COPY (SELECT 1 AS a) TO '{Into}/others.parquet' (FORMAT parquet)");
        var series = Candles.Minutes();
        await using (var archive = _folder.Open())
        {
            await archive.AppendAsync([.. Enumerable.Range(0, 2_000).Select(index => Candles.Closed(series, index))], [], Token);
            await new ParquetExport(archive, Into).WriteAsync(series, cancellationToken: Token);
        }

        var file = Directory.GetFiles(Into, "candles.parquet", SearchOption.AllDirectories).ShouldHaveSingleItem();
        var bytes = await File.ReadAllBytesAsync(file, Token);
        await File.WriteAllBytesAsync(Path.Combine(Into, "half.parquet"), bytes[..(bytes.Length / 2)], Token);
        bytes.AsSpan(100, 400).Fill(0xff);
        await File.WriteAllBytesAsync(file, bytes, Token);
        var result = await terminal.RunAsync($"archive import {Into} --live");

        result.Code.ShouldBe(1);
        result.Error.ShouldContain("others.parquet: it is a Parquet file of another program");
        result.Error.ShouldContain("half.parquet: it is no whole Parquet file");
        result.Error.ShouldContain("candles.parquet: it is damaged");
        result.Error.ShouldEndWith("3 files were refused.\n");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Numbers as large and as fine as a file holds, and values that are not known.</summary>
    private static PriceQuote Awkward(Series series, int index)
    {
        var random = new Random(index);
        var open = new decimal(random.Next(), random.Next(), 0, false, (byte)random.Next(0, 19));
        return new PriceQuote(
            series,
            new CandleValues
            {
                OpenMs = NewYear + (index * 60_000L),
                Open = open,
                High = open + 0.000000000000000001m,
                Low = index % 2 == 0 ? 0 : open,
                Close = open,
                Volume = index % 5 == 0 ? null : index % 3 == 0 ? 99_999_999_999_999_999_999m : 1e-18m * index,
                QuoteVolume = index % 7 == 0 ? null : 12_345_678_901.234567890123456789m,
                BuyVolume = index % 4 == 0 ? 0.5m : null,
                TradeCount = index % 6 == 0 ? null : index,
                IsClosed = true,
                EventMs = index % 2 == 0 ? null : NewYear + 17,
            },
            (QuoteSource)(index % 5),
            DateTimeOffset.FromUnixTimeMilliseconds(NewYear + 123));
    }
}
