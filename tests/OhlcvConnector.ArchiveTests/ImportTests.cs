using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>Files of others, as those write them: Binance's public klines, freqtrade's and ccxt's arrays.</summary>
public sealed class ImportTests : IDisposable
{
    private const string Header = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore";

    /// <summary>The row that Binance's own description of its files shows.</summary>
    private const string Documented =
        "1601510340000,4.15070000,4.15870000,4.15060000,4.15540000,539.23000000,1601510399999,2240.39860900,13,401.82000000,1669.98121300,0";

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("BTCUSDT-1m-2020-10.zip", false, "--market spot", "binance spot BTCUSDT 1m")]
    [InlineData("BTCUSDT-1m-2020-10-01.zip", true, "--market um", "binance usdm BTCUSDT 1m")]
    [InlineData("data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2020-10.csv", false, "", "binance spot BTCUSDT 1m")]
    [InlineData("data/futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2020-10-01.csv", true, "", "binance usdm BTCUSDT 1m")]
    public async Task A_file_of_Binances_is_kept_whole(string name, bool hasHeader, string options, string series)
    {
        var file = Kline(name, (hasHeader ? Header + "\n" : "") + Documented + "\n");
        var (result, candles) = await ImportAsync(file, options);

        result.ShouldBe((0, "", "1 candles were added, 0 were there, 0 had other values, 0 rows were refused.\n"));
        var candle = candles.ShouldHaveSingleItem();
        candle.Series.ToString().ShouldBe(series);
        FormattableString.Invariant(
            $"{candle.OpenMs} {candle.Open} {candle.High} {candle.Low} {candle.Close} {candle.Volume} {candle.QuoteVolume} {candle.TradeCount} {candle.Source}")
            .ShouldBe("1601510340000 4.15070000 4.15870000 4.15060000 4.15540000 539.23000000 2240.39860900 13 History");
    }

    [Fact]
    public async Task Microseconds_are_told_from_milliseconds()
    {
        var file = Kline("BTCUSDT-1m-2025-01.csv",
            "1735689600000000,93576.00,93610.93,93537.50,93610.93,8.21827,1735689659999999,768978.17,2631,3.95157,369757.33,0\n");
        var (_, candles) = await ImportAsync(file, "--market spot");

        candles.ShouldHaveSingleItem().OpenTime.ShouldBe(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task The_volume_of_coin_margined_contracts_is_that_of_the_coin()
    {
        var file = Kline("BTCUSD_PERP-1m-2023-01-01.csv",
            Header + "\n1672531200000,16520.0,16524.5,16518.8,16520.0,1500,1672531259999,9.07951532,51,600,3.63180000,0\n");
        var (_, candles) = await ImportAsync(file, "");

        var candle = candles.ShouldHaveSingleItem();
        candle.Series.ToString().ShouldBe("binance coinm BTCUSD_PERP 1m");
        (candle.Volume, candle.QuoteVolume).ShouldBe((9.07951532m, null));
    }

    [Fact]
    public async Task A_month_and_its_days_overlap_and_twice_changes_nothing()
    {
        var rows = Enumerable.Range(0, 3 * 1440).Select(Row).ToList();
        Kline("klines/ETHUSDT-1m-2024-01.zip", string.Concat(rows.Take(2 * 1440)));
        Kline("klines/ETHUSDT-1m-2024-01-02.zip", string.Concat(rows.Skip(1440).Take(1440)));
        Kline("klines/deep/ETHUSDT-1m-2024-01-03.csv", Header + "\n" + string.Concat(rows.Skip(2 * 1440)));
        var (result, candles) = await ImportAsync(Path.Combine(_folder.Path, "klines"), "--market spot");

        result.Error.ShouldBe("4320 candles were added, 1440 were there, 0 had other values, 0 rows were refused.\n");
        candles.Count.ShouldBe(4320);
        var (again, same) = await ImportAsync(Path.Combine(_folder.Path, "klines"), "--market spot");

        again.Error.ShouldBe("0 candles were added, 5760 were there, 0 had other values, 0 rows were refused.\n");
        same.ShouldBe(candles);
    }

    [Fact]
    public async Task A_file_that_is_not_what_its_sum_says_is_refused_and_the_others_are_kept()
    {
        var broken = Kline("klines/BTCUSDT-1m-2020-10.zip", Documented);
        await File.WriteAllTextAsync(broken + ".CHECKSUM", $"{new string('a', 64)}  BTCUSDT-1m-2020-10.zip\n", Token);
        Kline("klines/ETHUSDT-1m-2020-10.zip", Documented);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "klines", "notes.csv"), "buy milk\n", Token);
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "klines", "LTCUSDT-1m-2020-10.zip"), [0x50, 0x4b, 3, 4, 5], Token);
        var (result, candles) = await ImportAsync(Path.Combine(_folder.Path, "klines"), "--market spot");

        result.Code.ShouldBe(1);
        result.Error.ShouldContain("BTCUSDT-1m-2020-10.zip: it is not what BTCUSDT-1m-2020-10.zip.CHECKSUM says");
        result.Error.ShouldContain("notes.csv: line 1: this is no row of candles");
        result.Error.ShouldContain("LTCUSDT-1m-2020-10.zip: ");
        result.Error.ShouldEndWith("1 candles were added, 0 were there, 0 had other values, 1 rows were refused, 2 files were refused.\n");
        candles.ShouldHaveSingleItem().Series.VenueSymbol.ShouldBe("ETHUSDT");
    }

    [Fact]
    public async Task Rows_that_are_refused_are_counted_and_named_with_their_line()
    {
        var file = Kline("BTCUSDT-1m-2020-10.csv", string.Join('\n',
            Documented,
            "1601510400000,4.1,4.0,4.2,4.1,5,1601510459999,20,1,1,1,0", // a high below the low
            "1601510401000,4.1,4.1,4.1,4.1,5,1601510459999,20,1,1,1,0", // between two minutes
            "1601510460000,4.1,4.1,4.1",
            "1601510520000,x,4.1,4.1,4.1,5,1601510459999,20,1,1,1,0",
            "soon,4.1,4.1,4.1,4.1,5,1601510459999,20,1,1,1,0"));
        var (result, candles) = await ImportAsync(file, "--market spot");

        result.Code.ShouldBe(1);
        string[] expected = ["line 2: ", "line 3: the open time is not on the interval's grid", "line 4: it has not the six fields", "line 5: 'x' is no price",
            "line 6: its open time"];

        expected.ShouldAllBe(words => result.Error.Contains($"{file}: {words}", StringComparison.Ordinal));
        result.Error.ShouldEndWith("1 candles were added, 0 were there, 0 had other values, 5 rows were refused.\n");
        candles.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("binance/BTC_USDT-5m.json", "", "binance spot BTCUSDT 5m")]
    [InlineData("okx/futures/BTC_USDT_USDT-5m-futures.json", "", "okx usdm BTC-USDT-SWAP 5m")]
    [InlineData("BTC_USDT-5m.json", "--exchange gateio", "gateio spot BTC_USDT 5m")]
    [InlineData("bybit-usdm-BTCUSDT-5m.json", "", "bybit usdm BTCUSDT 5m")]
    [InlineData("ohlcv.json", "--exchange binance --symbol BTCUSDT --interval 5m --market usdm", "binance usdm BTCUSDT 5m")]
    public async Task Arrays_of_freqtrade_and_ccxt_are_kept_without_the_candle_that_was_open(string name, string options, string series)
    {
        var file = Write(name, "[[1672531200000,16541.77,16545.7,16508.39,16529.67,4364.8357],\n [1672531500000,16529.59,1.655689e4,16525.78,16551.47,null],[1672531800000,16551.47,16559.77,16538.14,16548.19,3590.06669]]");
        File.SetLastWriteTimeUtc(file, DateTimeOffset.FromUnixTimeMilliseconds(1672531801000).UtcDateTime);
        var (result, candles) = await ImportAsync(file, options);

        result.ShouldBe((0, "", "2 candles were added, 0 were there, 0 had other values, 0 rows were refused, 1 were open and left out.\n"));
        candles.Select(candle => (candle.Series.ToString(), candle.OpenMs, candle.High, candle.Volume)).ShouldBe(
            [(series, 1672531200000, 16545.7m, 4364.8357m), (series, 1672531500000, 16556.89m, null)]);
    }

    [Theory]
    [InlineData("ohlcv.json", "[[1672531200000,1,1,1,1,1]]", "neither its name nor the command line says of which exchange")]
    [InlineData("binance/BTC_USDT_USDT-8h-funding_rate.json", "[[1672531200000,1,1,1,1,1]]", "funding rate, which are no candles")]
    [InlineData("binance/BTC_USDT-5m.json", "[[1672531200000,1,1,1,1,1],", "row 2: the JSON ends or breaks here")]
    [InlineData("binance/BTC_USDT-5m.json", "[{\"time\":1672531200000}]", "row 1: it is no array")]
    [InlineData("nowhere-spot-BTCUSDT-5m.json", "[[1672531200000,1,1,1,1,1]]", "says of which exchange")]
    public async Task What_cannot_be_told_is_said(string name, string text, string words)
    {
        var (result, _) = await ImportAsync(Write(name, text), "");

        result.Code.ShouldBe(1);
        result.Error.ShouldContain(words);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("parquet")]
    public async Task Flat_candles_of_a_grid_say_that_nothing_was_traded_and_are_not_kept(string format)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(_folder) { Sandbox = sandbox };
        var series = Testing.Candles.Minutes();
        await using (var archive = SqliteCandleArchive.Open(terminal.File, true))
        {
            await archive.AppendAsync([Testing.Candles.Closed(series, 0), Testing.Candles.Closed(series, 3)],
                [Application.Archiving.SeriesCoverage.Complete(series, Testing.Candles.T0, Testing.Candles.T0 + 240_000)], Token);
        }

        var read = await terminal.RunBytesAsync($"archive read binance:BTCUSDT --fill flat --output {format} --sandbox");
        var file = Path.Combine(_folder.Path, "grid." + format);
        await File.WriteAllBytesAsync(file, read.Output, Token);
        var other = Path.Combine(_folder.Path, "other.db");

        (await terminal.RunAsync($"archive import {file} --archive {other} --live")).Error.ShouldStartWith("2 candles were added, 0 were there");
        await using var kept = SqliteCandleArchive.Open(other);

        (await kept.HoldingsAsync(series, Token)).Coverage.ShouldBe(
            [new Application.Archiving.CoverageRange(Testing.Candles.T0, Testing.Candles.T0 + 240_000, Application.Archiving.Coverage.Complete)]);
    }

    [Fact]
    public async Task A_market_that_is_taken_for_granted_is_said()
    {
        var (result, _) = await ImportAsync(Kline("BTCUSDT-1m-2020-10.zip", Documented), "");

        result.Code.ShouldBe(0);
        result.Error.ShouldContain("binance BTCUSDT is taken as spot");
    }

    [Fact]
    public async Task What_the_exchange_lists_no_longer_or_cannot_be_asked_for_is_kept_under_the_files_own_name()
    {
        var gone = Kline("LUNAUSDT-1m-2020-10.zip", Documented);
        var (_, candles) = await ImportAsync(gone, "--market spot");

        candles.ShouldHaveSingleItem().Series.ToString().ShouldBe("binance spot LUNAUSDT 1m");

        var real = Path.Combine(_folder.Path, "real.db");
        var offline = await new Terminal(_folder).RunAsync($"archive import {gone} --market spot --archive {real} --proxy http://127.0.0.1:1");

        offline.Code.ShouldBe(0, offline.Error);
        await using var archive = SqliteCandleArchive.Open(real);

        archive.IsSimulated.ShouldBeFalse();
        (await archive.ListAsync(Token)).ShouldHaveSingleItem().VenueSymbol.ShouldBe("LUNAUSDT");
    }

    public void Dispose() => _folder.Dispose();

    private static string Row(int minute)
    {
        var openMs = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minute).ToUnixTimeMilliseconds();
        return string.Create(CultureInfo.InvariantCulture, $"{openMs},{100 + minute}.10,{101 + minute}.20,{99 + minute}.30,{100 + minute}.40,{minute}.5,{openMs + 59_999},{minute}.25,{minute},0.5,0.1,0\n");
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.Path, "files", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A csv, or a zip of one with its sum beside it.</summary>
    private string Kline(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!name.EndsWith(".zip", StringComparison.Ordinal))
        {
            File.WriteAllText(path, text);
            return path;
        }

        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var entry = new StreamWriter(zip.CreateEntry(Path.ChangeExtension(Path.GetFileName(path), ".csv")).Open()))
        {
            entry.Write(text);
        }

        File.WriteAllText(path + ".CHECKSUM", $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}  {Path.GetFileName(path)}\n");
        return path;
    }

    private async Task<((int Code, string Output, string Error) Result, List<PriceQuote> Candles)> ImportAsync(string file, string options)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(_folder) { Sandbox = sandbox };
        var result = await terminal.RunAsync(string.Join(' ', $"archive import {file} {options} --live".Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        await using var archive = SqliteCandleArchive.Open(terminal.File, true);
        var candles = new List<PriceQuote>();
        foreach (var series in await archive.ListAsync(Token))
        {
            candles.AddRange(await archive.AllAsync(series));
        }

        return (result, candles);
    }
}
