using System.Text.Json;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Archive.Sqlite;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>The commands on an archive, as a user calls them.</summary>
public abstract class CommandTests(TestStore store) : IDisposable
{

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Filling_reads_what_is_lacking_and_nothing_else()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(store.Folder) { Sandbox = sandbox, Archive = await store.AddressAsync() };
        var first = await terminal.RunAsync("archive fill binance:BTCUSDT,ETHUSDT --from -190m --to -10m --live");

        (first.Code, first.Error).ShouldBe((0, "360 candles were added (0 were there, 0 had other values). 2 of 2 series are complete.\n"));
        var asked = sandbox.Statistics.RequestsServed;
        var second = await terminal.RunAsync("archive fill binance:BTCUSDT,ETHUSDT --from -150m --to -11m --live");

        second.Code.ShouldBe(0);
        second.Error.ShouldStartWith("0 candles were added (0 were there");
        (sandbox.Statistics.RequestsServed - asked).ShouldBeLessThanOrEqualTo(3); // the listing, and the clock
        var more = await terminal.RunAsync("archive fill binance:BTCUSDT,ETHUSDT --from -5h --to -10m --newest-first --live");

        more.Error.ShouldStartWith("220 candles were added (0 were there");
    }

    [Fact]
    public async Task Status_holes_and_what_is_read_tell_the_same_story()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(store.Folder) { Sandbox = sandbox, Archive = await store.AddressAsync() };
        await terminal.RunAsync("archive fill binance:BTCUSDT --from -600m --to -400m --live");
        await terminal.RunAsync("archive fill binance:BTCUSDT --from -300m --to -100m --live");
        var status = await terminal.RunAsync("archive status --sandbox --output json");
        using var row = JsonDocument.Parse(status.Output);
        (row.RootElement.GetProperty("rows").GetInt64(), row.RootElement.GetProperty("holes").GetInt32(),
            row.RootElement.GetProperty("missingCandles").GetInt64()).ShouldBe((400, 1, 100));
        row.RootElement.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
        var holes = await terminal.RunAsync("archive holes --sandbox");

        holes.Code.ShouldBe(3);
        holes.Output.ShouldContain("100 candles from");
        holes.Output.ShouldContain("never asked for");
        var read = await terminal.RunAsync("archive read binance:BTCUSDT --sandbox --output csv");

        read.Code.ShouldBe(3);
        read.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(401);
        read.Error.ShouldContain("the archive was never filled there");
        (await terminal.RunAsync("archive fill binance:BTCUSDT --from -600m --to -100m --live")).Code.ShouldBe(0);
        (await terminal.RunAsync("archive holes --sandbox")).Code.ShouldBe(0);
        (await terminal.RunAsync("archive read binance:BTCUSDT --sandbox --output csv")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Longer_candles_are_those_of_the_exchange()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(store.Folder) { Sandbox = sandbox, Archive = await store.AddressAsync() };
        await terminal.RunAsync("archive fill binance:BTCUSDT --from -50h --to -120m --live");
        var hours = await terminal.RunAsync("archive read binance:BTCUSDT --sandbox --interval 4h --output json");
        var truth = await terminal.RunAsync("history binance BTCUSDT --from -50h --to -120m --interval 4h --output json --live");
        var (built, theirs) = (Values(hours.Output), Values(truth.Output));

        built.Count.ShouldBeInRange(10, 12);
        theirs.Take(built.Count).ShouldBe(built);
        (await terminal.RunAsync("archive read binance:BTCUSDT --sandbox --interval 1s")).Error.ShouldContain("which do not make 1s");

        static List<string> Values(string lines) =>
            [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Select(row =>
                $"{row.GetProperty("openTime")} {row.GetProperty("open").GetDecimal():0.####} {row.GetProperty("high").GetDecimal():0.####} {row.GetProperty("low").GetDecimal():0.####} {row.GetProperty("close").GetDecimal():0.####} {row.GetProperty("volume").GetDecimal():0.########}")];
    }

    [Fact]
    public async Task A_grid_without_a_hole_is_made_of_flat_candles_where_nothing_was_traded()
    {
        var series = Testing.Candles.Minutes();
        await using (var archive = await store.OpenAsync())
        {
            await archive.AppendAsync([Testing.Candles.Closed(series, 0), Testing.Candles.Closed(series, 3)],
                [SeriesCoverage.Complete(series, Testing.Candles.T0, Testing.Candles.T0 + 240_000)], Token);
        }

        var read = await new Terminal(store.Folder) { Archive = await store.AddressAsync() }.RunAsync(
            "archive read binance:BTCUSDT --sandbox --fill flat --output json");
        var rows = read.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        rows.Select(row => (row.GetProperty("close").GetDecimal(), row.GetProperty("trades").GetInt64(), row.GetProperty("source").GetString())).ShouldBe(
            [(100.5m, 50, "stream"), (100.5m, 0, "flat"), (100.5m, 0, "flat"), (103.5m, 50, "stream")]);
        read.Code.ShouldBe(0);
    }

    [Fact]
    public async Task Differences_from_the_exchange_are_shown_and_mended_as_revisions()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(store.Folder) { Sandbox = sandbox, Archive = await store.AddressAsync() };
        await terminal.RunAsync("archive fill binance:BTCUSDT --from -190m --to -10m --live");

        (await terminal.RunAsync("archive verify --live")).Code.ShouldBe(0);
        await store.AskAsync("UPDATE ohlcv.candle SET high = high + 1 WHERE open_time = (SELECT max(open_time) FROM ohlcv.candle)");
        var seen = await terminal.RunAsync("archive verify --sample 20 --live");

        seen.Output.ShouldContain("the exchange says");
        seen.Code.ShouldBe(1);
        (await terminal.RunAsync("archive verify --repair --live")).Code.ShouldBe(0);
        (await terminal.RunAsync("archive verify --live")).Code.ShouldBe(0);
        using var row = JsonDocument.Parse((await terminal.RunAsync("archive status --sandbox --output json")).Output);

        row.RootElement.GetProperty("revisions").GetInt64().ShouldBe(1);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task What_is_exported_can_be_imported_and_twice_changes_nothing(string format)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(store.Folder) { Sandbox = sandbox, Archive = await store.AddressAsync() };
        await terminal.RunAsync("archive fill binance:BTCUSDT,ETHUSDT --from -190m --to -10m --live");
        var files = Path.Combine(store.Folder.Path, "files");

        (await terminal.RunAsync($"archive export --into {files} --output {format} --sandbox")).Code.ShouldBe(0);
        var other = Path.Combine(store.Folder.Path, "other.db");
        var first = await terminal.RunAsync($"archive import {files} --archive {other} --live");

        (first.Code, first.Error).ShouldBe((0, "360 candles were added, 0 were there, 0 had other values, 0 rows were refused.\n"));
        (await terminal.RunAsync($"archive import {files} --archive {other} --live")).Error.ShouldStartWith("0 candles were added, 360 were there");
        await using var one = await store.OpenAsync();
        await using var two = SqliteCandleArchive.Open(other);
        foreach (var series in await one.ListAsync(Token))
        {
            (await two.AllAsync(series)).ShouldBe(await one.AllAsync(series));
        }

        await File.AppendAllTextAsync(Directory.GetFiles(files)[0], "this is no candle\n", Token);
        var refused = await terminal.RunAsync($"archive import {files} --archive {other} --live");

        refused.Code.ShouldBe(1);
        refused.Error.ShouldContain("line 182".Replace("182", format == "csv" ? "182" : "181", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    public async Task What_is_known_of_quiet_and_missing_stretches_goes_along_with_the_candles(string format)
    {
        var series = new Domain.Series(
            Testing.Candles.Instrument("BTC", "BTC", "USDC", Domain.Market.UsdMargined, "hyperliquid", "USDC"), Domain.Interval.OneMinute);
        var from = Testing.Candles.T0;
        await using (var archive = await store.OpenAsync())
        {
            await archive.AppendAsync(
                [Testing.Candles.Closed(series, 3), Testing.Candles.Closed(series, 6), Testing.Candles.Closed(series, 20)],
                [
                    new(series, new(from - 600_000, from, Coverage.BeforeListing, "listed later, it says \"so\"")), SeriesCoverage.Complete(
                        series, from, from + 600_000),
                    new(series, new(from + 600_000, from + 660_000, Coverage.Missing, "lost, for good")), SeriesCoverage.Complete(
                        series, from + 900_000, from + 1_800_000),
                ],
                Token);
        }

        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(store.Folder) { Sandbox = sandbox, Archive = await store.AddressAsync() };
        var (files, other) = (Path.Combine(store.Folder.Path, "files"), Path.Combine(store.Folder.Path, "other.db"));
        await terminal.RunAsync($"archive export --into {files} --output {format} --sandbox");
        var imported = await terminal.RunAsync($"archive import {files} --archive {other} --live");

        imported.Code.ShouldBe(0, imported.Error);
        await using var one = await store.OpenAsync();
        await using var two = SqliteCandleArchive.Open(other);

        (await two.AllAsync(series)).ShouldBe(await one.AllAsync(series));
        (await two.HoldingsAsync(series, Token)).Coverage.ShouldBe((await one.HoldingsAsync(series, Token)).Coverage);
    }

    [Fact]
    public async Task Old_candles_are_removed_and_their_room_is_given_back()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(store.Folder) { Sandbox = sandbox, Archive = await store.AddressAsync() };
        await terminal.RunAsync("archive fill binance:BTCUSDT --from -72h --to -10m --live");
        var removed = await terminal.RunAsync("archive retain --keep 2d --sandbox");

        removed.Error.ShouldBeOneOf("1440 candles were removed.\n", "1441 candles were removed.\n"); // the minute may have changed meanwhile
        var compact = await terminal.RunAsync("archive compact --sandbox");

        compact.Code.ShouldBe(0);
        compact.Error.ShouldContain("MB before");
        var status = await terminal.RunAsync("archive status --sandbox");

        status.Output.ShouldStartWith($"SANDBOX: {await store.AddressAsync()}".Replace("p%40ss%2Fword%3A1", "***", StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_through_an_archive_asks_the_exchange_once()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(store.Folder) { Sandbox = sandbox, Archive = await store.AddressAsync() };
        var line = $"history binance BTCUSDT --from -5h --to -1h --output json --archive {await store.AddressAsync()} --live";
        var first = await terminal.RunAsync(line);

        first.Output.ShouldNotContain("fromArchive");
        var second = await terminal.RunAsync(line);

        second.Code.ShouldBe(0);
        second.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(row =>
            row.Contains("\"fromArchive\":true", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(239);
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The commands on SQLite's archive.</summary>
public sealed class SqliteCommandTests() : CommandTests(new SqliteStore());

/// <summary>The commands on PostgreSQL's archive.</summary>
public sealed class PostgreSqlCommandTests() : CommandTests(new PostgreSqlStore());
