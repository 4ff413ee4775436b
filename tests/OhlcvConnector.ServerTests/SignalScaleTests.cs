using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>
/// The real program watches many series with built-in rules (all of them where there are more than usual), is killed without a word, and goes on: each close
/// of each series is evaluated once, and what the rules say is what they say of the exchange's own history. SIGNAL_SERIES says how many series, SIGNAL_CLOSES
/// how many closes of each in each run.
/// </summary>
public sealed class SignalScaleTests : IDisposable
{
    private const int Usual = 40;
    private const int Compared = 4;
    private const string Every = "connector_signals_total{rule=\"every\",direction=\"neutral\"}";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("scale-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Rules => Path.Combine(_folder, "signals.json");

    private string Store => Path.Combine(_folder, "signals.db");

    [Fact]
    public async Task Hundreds_of_series_are_each_evaluated_at_each_close_once_over_a_kill()
    {
        var (series, closes) = (FromEnvironment("SIGNAL_SERIES", Usual), FromEnvironment("SIGNAL_CLOSES", 2));
        var sets = series > Usual ? "" : "\"sets\": [\"value-area\", \"mean-reversion\"],"; // of the usual run those that look back over a short past
        var text = $$"""{ {{sets}} "rules": [ { "name": "every", "direction": "neutral", "when": "close > 0", "repeat": true } ] }""";
        await File.WriteAllTextAsync(Rules, text, Token);
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 30, SymbolCount = series });
        for (var run = 1; run <= 2; run++)
        {
            await using var program = await Program.StartAsync(sandbox.BaseAddress, this);
            await program.UntilAsync("connector_signal_series{state=\"live\"}", series);
            await program.UntilAsync(Every, await program.ValueAsync(Every) + ((double)series * closes));
            (await program.ValueAsync("connector_signal_faults_total")).ShouldBe(0);
            (await program.ValueAsync("connector_signal_rules_stopped")).ShouldBe(0);
        }

        var kept = await KeptAsync();
        kept.Select(signal => signal.Id).ShouldBeUnique();
        var bySeries = kept.GroupBy(signal => signal.Series).ToList();
        bySeries.Count.ShouldBeGreaterThanOrEqualTo(series);
        foreach (var own in bySeries)
        {
            var every = own.Where(signal => signal.Rule == "every").Select(signal => signal.CloseMs).ToList();
            var whole = Enumerable.Range(0, every.Count).Select(index => every[0] + (60_000L * index));
            every.ShouldBe(whole, $"{own.Key}: each close once, in order, none left out");
        }

        kept.Where(signal => signal.Rule != "every").Select(signal => signal.Rule).Distinct().Count().ShouldBeGreaterThan(1, "the built-in rules speak");
        var rules = new RuleSet(TradingConfig.Read(text).Rules);
        await using var connector = Connector.Create(options => (options.Sandbox, options.MarketClock) = (sandbox.BaseAddress, sandbox.Clock));
        foreach (var own in bySeries.OrderByDescending(group => group.Count()).Take(Compared))
        {
            (await TruthAsync(connector, rules, own.Key, own.First().CloseTime, own.Last().CloseTime)).ShouldBe(
                own.Select(signal => (signal.Id, signal.Direction, signal.Price)), ignoreOrder: true, own.Key.ToString());
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int FromEnvironment(string name, int usual) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;

    /// <summary>What the rules say of the exchange's own history.</summary>
    private static async Task<IEnumerable<(string, SignalDirection, decimal)>> TruthAsync(
        Connector connector, RuleSet rules, Series series, DateTimeOffset first, DateTimeOffset last)
    {
        var begin = DateTimeOffset.FromUnixTimeMilliseconds(new RuleEvaluator(series, rules).BeginMs(first.AddMinutes(-1).ToUnixTimeMilliseconds()));
        var candles = new List<PriceQuote>();
        await foreach (var candle in connector.HistoryAsync(
            new HistoryRequest { Exchange = series.Exchange, Market = series.Market, Symbol = series.VenueSymbol, From = begin, To = last }, Token))
        {
            candles.Add(candle);
        }

        return SignalTrial.Run(rules, series, candles, first.AddMinutes(-1)).Signals.Select(one => (one.Signal.Id, one.Signal.Direction, one.Signal.Price));
    }

    private async Task<IReadOnlyList<Signal>> KeptAsync()
    {
        await using var store = SqliteSignalStore.Open(Store, isSimulated: true);
        var all = new List<Signal>();
        long? after = null;
        while (true)
        {
            var page = await store.ReadAsync(new SignalFilter { After = after, IsAscending = true, Limit = SignalFilter.MaxLimit }, Token);
            if (page.Count == 0)
            {
                return all;
            }

            all.AddRange(page.Select(one => one.Signal));
            after = page[^1].Number;
        }
    }

    /// <summary>The server as a process of its own.</summary>
    private sealed class Program : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly HttpClient _http = new();
        private readonly List<string> _lines = [];
        private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Program(Process process) => _process = process;

        public static async Task<Program> StartAsync(Uri sandbox, SignalScaleTests test)
        {
            var built = Path.Combine(AppContext.BaseDirectory, "../../OhlcvConnector.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "connector-cli.dll");
            var start = new ProcessStartInfo(
                "dotnet", [built, "serve", $"--sandbox={sandbox}", "--port", "0", "--health-port", "0", "--signals", "binance/spot:*", "--signal-rules", test.Rules])
            {
                RedirectStandardError = true,
                Environment = { ["CONNECTOR_WSS_SIGNAL_STORE"] = test.Store, ["CONNECTOR_WSS_SIGNAL_INTERVALS"] = "1m" },
            };
            var program = new Program(Process.Start(start)!);
            program._process.ErrorDataReceived += (_, line) => program.Read(line.Data);
            program._process.BeginErrorReadLine();
            program._http.BaseAddress = await program._address.Task.WaitAsync(Patience, Token);
            return program;
        }

        public async Task<double> ValueAsync(string metric) => (await _http.GetStringAsync(new Uri("metrics", UriKind.Relative), Token)).Split('\n')
            .Where(line => line.StartsWith(metric + " ", StringComparison.Ordinal)).Select(line =>
                double.Parse(line[(metric.Length + 1)..], CultureInfo.InvariantCulture)).Single();

        public async Task UntilAsync(string metric, double value)
        {
            var watch = Stopwatch.StartNew();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (await ValueAsync(metric) < value)
            {
                watch.Elapsed.ShouldBeLessThan(Patience, $"{metric} is {await ValueAsync(metric)}, not {value}\n{string.Join('\n', _lines.TakeLast(20))}");
                await timer.WaitForNextTickAsync(Token);
            }
        }

        /// <summary>Kills it without a word.</summary>
        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _http.Dispose();
        }

        private void Read(string? line)
        {
            if (line is null)
            {
                return;
            }

            _lines.Add(line);
            if (Regex.Match(line, @"REST at (http://\S+)") is { Success: true } found)
            {
                _address.TrySetResult(new Uri(found.Groups[1].Value.TrimEnd('/', '.', ',') + "/"));
            }
        }
    }
}
