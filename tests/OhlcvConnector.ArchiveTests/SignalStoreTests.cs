using System.Diagnostics;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Configuration;
using OhlcvConnector.ConformanceTests;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>Stores of signals: each signal once, whoever keeps it, and through a kill of the server.</summary>
public abstract class SignalStoreTests(TestStore store) : IDisposable
{
    private const string Rules = """
        [ { "name": "up", "direction": "long", "when": "close > open", "repeat": true },
          { "name": "cross", "direction": "short", "when": "ema:3 crosses below ema:8", "cooldown": 2 } ]
        """;

    private static readonly SignalFilter All = new() { Limit = SignalFilter.MaxLimit, IsAscending = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The terminal lists and explains what is kept, and knows by the archive that it is simulated.</summary>
    private static async Task ShowsAsync(string address, Signal signal)
    {
        using var folder = new TestFolder();
        var terminal = new Terminal(folder);
        var list = await terminal.RunAsync($"signals list --archive {address} --output json --rule a.");
        list.Code.ShouldBe(0, list.Error);
        var lines = list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(3);
        lines.ShouldAllBe(line => line.Contains("\"sandbox\":true", StringComparison.Ordinal));
        var explained = await terminal.RunAsync($"signals explain {signal.Id[..8]} --archive {address}");
        explained.Code.ShouldBe(0, explained.Error);
        explained.Output.ShouldContain("SANDBOX");
        explained.Output.ShouldContain(signal.Rule);
        var none = await terminal.RunAsync($"signals explain nope --archive {address}");
        none.Code.ShouldBe(2);
        none.Error.ShouldContain("There is no signal 'nope'");
    }

    [Fact]
    public async Task A_signal_is_kept_once_with_what_came_after_and_found_by_all_that_it_is()
    {
        var address = await store.AddressAsync();
        await using var one = SignalStores.Open(address, isSimulated: true);
        await using var other = SignalStores.Open(address, isSimulated: true);
        var (bitcoin, ether) = (Testing.Candles.Minutes(), new Series(Testing.Candles.Instrument("ETHUSDT", "ETH"), Interval.OneMinute));
        var signals = new[] { New(bitcoin, 1, "a.up"), New(ether, 1, "a.up"), New(bitcoin, 2, "a.up"), New(bitcoin, 2, "b", SignalDirection.Short, 40) };

        var receipts = await one.KeepAsync(new SignalBatch(signals, [], [(bitcoin, 120_000), (ether, 60_000)]), Token);
        var again = await other.KeepAsync(new SignalBatch([.. signals.Reverse()], [new(signals[0].Id, 1, 12.5m), new(signals[0].Id, 24, 13m)], [(bitcoin,
            60_000)]), Token);

        receipts.ShouldAllBe(receipt => receipt.IsNew);
        again.ShouldAllBe(receipt => !receipt.IsNew);
        again.Select(receipt => receipt.Number).Reverse().ShouldBe(receipts.Select(receipt => receipt.Number));
        (await one.ProgressAsync(bitcoin, Token)).ShouldBe(120_000, "an earlier one changes nothing");
        (await one.ProgressAsync(Testing.Candles.Minutes("XRPUSDT"), Token)).ShouldBeNull();
        var kept = await one.ReadAsync(All, Token);
        kept.Select(one => one.Signal.ToString()).ShouldBe(signals.Select(signal => signal.ToString()));
        kept[0].Fate.ShouldBe(new SignalFate(12.5m, null, 13m));
        kept[0].Signal.Parts.ShouldBe(signals[0].Parts);
        kept.ShouldAllBe(one => one.Signal.IsSandbox);
        (await Count(new SignalFilter { Symbol = "eth/usdt" })).ShouldBe(1);
        (await Count(new SignalFilter { Symbol = "btcusdt", Exchange = "Binance", Market = Market.Spot, Interval = Interval.OneMinute })).ShouldBe(3);
        (await Count(new SignalFilter { Rule = "a." })).ShouldBe(3);
        (await Count(new SignalFilter { Rule = "a" })).ShouldBe(0);
        (await Count(new SignalFilter { Direction = SignalDirection.Short })).ShouldBe(1);
        (await Count(new SignalFilter { Strength = 50 })).ShouldBe(3);
        (await Count(new SignalFilter { SinceMs = 120_000 })).ShouldBe(2);
        (await Count(new SignalFilter { After = receipts[1].Number })).ShouldBe(2);
        (await Count(new SignalFilter { Before = receipts[1].Number })).ShouldBe(1);
        (await one.ReadAsync(new SignalFilter { IsLatestOnly = true }, Token)).Select(one => one.Signal.Id).ShouldBe([signals[3].Id, signals[2].Id,
            signals[1].Id]);
        (await one.FindAsync(signals[1].Id, Token))!.Signal.Series.ShouldBe(ether);
        (await one.FindAsync("'; DROP TABLE signal; --", Token)).ShouldBeNull();
        await ShowsAsync(address, kept[0].Signal);

        async Task<int> Count(SignalFilter filter)
        {
            var found = await one.ReadAsync(filter with { Limit = 100 }, Token);
            found.ShouldBe(found.OrderByDescending(one => one.Number));
            kept.Count(one => filter.Matches(one.Signal) && !(one.Number <= filter.After) && !(one.Number >= filter.Before)).ShouldBe(found.Count,
                "as the filter itself says");
            return found.Count;
        }
    }

    [Fact]
    public async Task Every_signal_is_there_once_however_often_the_server_is_killed()
    {
        var address = await store.AddressAsync();
        var rules = Path.Combine(Path.GetDirectoryName(store.Folder.File)!, "signals.json");
        await File.WriteAllTextAsync(rules, Rules, Token);
        using var sandbox = await SandboxProcess.StartAsync(LoopbackPort.Reserve(), 120, symbols: 3, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await using var kept = SignalStores.Open(address, isSimulated: true);
        var random = new Random(20);
        for (var kill = 0; kill < 4; kill++)
        {
            var before = (await kept.ReadAsync(All, Token)).Count;
            using var server = Start(sandbox.Address, address, rules);
            await Testing.Eventually.TrueAsync(() => kept.ReadAsync(All).GetAwaiter().GetResult().Count > before, "the server goes on");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(600)), Token); // a moment that nobody chose
            server.Kill();
            await server.WaitForExitAsync(Token);
        }

        var all = await kept.ReadAsync(All, Token);
        all.Select(one => (one.Signal.Series, one.Signal.Rule, one.Signal.CloseMs)).ShouldBeUnique();
        var clock = await RunningSandbox.ClockAsync(sandbox.Address, TimeProvider.System, Token);
        await using var connector = Connector.Create(options => (options.Sandbox, options.MarketClock) = (sandbox.Address, clock));
        var set = new RuleSet([.. TradingConfig.Read(Rules).Rules.Where(rule => rule.Set is null)]);
        foreach (var own in all.GroupBy(one => one.Signal.Series))
        {
            var (first, last) = (own.Min(one => one.Signal.CloseTime), own.Max(one => one.Signal.CloseTime));
            var candles = new List<PriceQuote>();
            await foreach (var candle in connector.HistoryAsync(
                new HistoryRequest { Exchange = "binance", Symbol = own.Key.VenueSymbol, From = first.AddHours(-12), To = last }, Token))
            {
                candles.Add(candle);
            }

            SignalTrial.Run(set, own.Key, candles, first.AddMinutes(-1)).Signals.Where(one => one.Signal.Rule == "up").Select(one => one.Signal.Id)
                .ShouldBe(own.Where(one => one.Signal.Rule == "up").Select(one => one.Signal.Id), own.Key.ToString());
        }
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Signal New(Series series, int minute, string rule, SignalDirection direction = SignalDirection.Long, double strength = 100) => new()
    {
        Id = Signal.IdOf(series, minute * 60_000, rule, "1"),
        Series = series,
        CloseMs = minute * 60_000,
        Rule = rule,
        Version = "1",
        Title = "Größer als \"gestern\"",
        Direction = direction,
        Strength = strength,
        Price = 0.000000123456789m,
        Parts = [new SignalPart("close > 1", 1.5, 1, 0.5), new SignalPart("rsi:14 < 30", null, -1, 0.5, "momentum")],
        ValidUntilMs = 10_000_000,
    };

    private static Process Start(Uri sandbox, string address, string rules)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "connector-cli.dll"), "serve", $"--sandbox={sandbox}", "--port", "0", "--health-port", "0",
                "--signals", "binance:BTCUSDT,ETHUSDT", "--signal-rules", rules,
            },
            RedirectStandardError = true,
        };
        start.Environment["CONNECTOR_WSS_SIGNAL_STORE"] = address;
        start.Environment["CONNECTOR_WSS_SIGNAL_INTERVALS"] = "1m";
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}

/// <summary>Signals in SQLite's file.</summary>
public sealed class SqliteSignalStoreTests() : SignalStoreTests(new SqliteStore());

/// <summary>Signals in a PostgreSQL database.</summary>
public sealed class PostgreSqlSignalStoreTests() : SignalStoreTests(new PostgreSqlStore());
