using System.Net;
using System.Text.Json;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>The server watches series for signals: each is made, kept and told once.</summary>
public sealed class SignalMonitorTests : IDisposable
{
    private const string Rules = """
        { "sets": [], "rules": [
          { "name": "up", "direction": "long", "when": "close > open", "repeat": true },
          { "name": "cross", "direction": "short", "when": "ema:3 crosses below ema:8" },
          { "name": "hours", "direction": "neutral", "when": "close crosses ema:3 on 5m" } ] }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("signals-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string FilePath => Path.Combine(_folder, "candles.db");

    private string RulesPath => Path.Combine(_folder, "signals.json");

    [Fact]
    public async Task Signals_are_those_of_the_exchanges_own_history_and_go_on_over_a_restart_each_once()
    {
        var begin = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        var first = await RunAsync(begin, 3);
        var second = await RunAsync(first.Max(kept => kept.Signal.CloseTime).AddHours(4), first.Count + 20);

        second.Select(kept => kept.Signal.Id).ShouldBeUnique();
        second.Select(kept => kept.Signal.Id).Take(first.Count).ShouldBe(first.Select(kept => kept.Signal.Id));
        second.ShouldContain(kept => kept.Signal.IsLate, "what was missed while nobody ran is told late");
        second.ShouldAllBe(kept => kept.Signal.IsSandbox);
        second.ShouldContain(kept => kept.Fate.After1 != null && kept.Fate.After4 != null);

        async Task<IReadOnlyList<KeptSignal>> RunAsync(DateTimeOffset start, int atLeast)
        {
            await using var stage = await StageAsync(start);
            await using var store = SqliteSignalStore.Open(FilePath, isSimulated: true);
            IReadOnlyList<KeptSignal> kept = [];
            await Eventually.TrueAsync(() => (kept = store.ReadAsync(All).GetAwaiter().GetResult()).Count >= atLeast, $"{atLeast} signals are kept");
            kept = await store.ReadAsync(All, Token);
            await CheckAsync(stage, kept);
            return kept;
        }
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(30)]
    public async Task Signals_are_the_same_though_the_exchanges_clock_is_wrong_by(int seconds)
    {
        var wrong = new SandboxFault(SandboxFaultKind.ClockSkew) { Exchange = "binance", Amount = TimeSpan.FromSeconds(seconds), Duration = TimeSpan.Zero };
        await using var stage = await StageAsync(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), sandbox => sandbox.Inject(wrong));
        await using var store = SqliteSignalStore.Open(FilePath, isSimulated: true);
        IReadOnlyList<KeptSignal> kept = [];
        await Eventually.TrueAsync(() => (kept = store.ReadAsync(All).GetAwaiter().GetResult()).Count >= 12, "12 signals are kept");

        kept.Select(one => one.Signal.Id).ShouldBeUnique();
        kept.ShouldAllBe(one => !one.Signal.IsLate);
        var last = kept.Max(one => one.Signal.CloseTime);
        await Eventually.TrueAsync(() => stage.Sandbox.Clock.GetUtcNow() > last.AddMinutes(1), "it has closed by the right clock, too");
        await CheckAsync(stage, kept);
    }

    [Fact]
    public async Task Two_servers_on_one_store_make_each_signal_once()
    {
        var start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        await using var one = await StageAsync(start);
        await using var other = await StageAsync(start);
        await using var store = SqliteSignalStore.Open(FilePath, isSimulated: true);
        IReadOnlyList<KeptSignal> kept = [];
        await Eventually.TrueAsync(() => (kept = store.ReadAsync(All).GetAwaiter().GetResult()).Count >= 15, "15 signals are kept");

        kept.Select(one => (one.Signal.Series, one.Signal.Rule, one.Signal.CloseMs)).ShouldBeUnique();
        await Eventually.TrueAsync(
            () => Known(one.GetAsync("metrics").GetAwaiter().GetResult()) + Known(other.GetAsync("metrics").GetAwaiter().GetResult()) > 0, "one comes second");

        static double Known(string metrics) => double.Parse(metrics.Split('\n').First(line => line.StartsWith("connector_signals_known_total ",
            StringComparison.Ordinal)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_client_gets_signals_as_they_come_and_those_that_it_missed()
    {
        await using var stage = await StageAsync(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","id":7,"channel":"signals","filter":{"symbol":"BTC/USDT","rule":"up"}}""");
        var ack = await client.ReadAsync("ack");
        (ack.Text("channel"), ack.GetProperty("id").GetInt32()).ShouldBe(("signals", 7));
        var seen = new List<JsonElement>();
        while (seen.Count < 3)
        {
            seen.Add(await client.ReadAsync("signal"));
        }

        seen.ShouldAllBe(signal => signal.Text("rule") == "up" && signal.Text("venue_symbol") == "BTCUSDT" && signal.Flag("sandbox"));
        await using var second = await stage.ConnectAsync();
        await second.SayAsync($$"""{"op":"subscribe","channel":"signals","filter":{"symbol":"BTCUSDT","rule":"up"},"resume_from":{{seen[0].GetProperty("number").GetInt64()}}}""");
        (await second.ReadAsync("ack")).Flag("recovered").ShouldBeTrue();
        (await second.ReadAsync("signal")).GetRawText().ShouldBe(seen[1].GetRawText());
        (await second.ReadAsync("signal")).GetRawText().ShouldBe(seen[2].GetRawText());
        await client.SayAsync("""{"op":"subscribe","channel":"signals","filter":{"rul":"up"}}""");
        (await client.ReadAsync("error")).Text("message")!.ShouldContain("did you mean rule?");
        await client.SayAsync("""{"op":"unsubscribe","channel":"signals"}""");
        (await client.ReadAsync("ack")).Text("op").ShouldBe("unsubscribe");
    }

    [Fact]
    public async Task Rest_answers_for_signals_rules_and_trials()
    {
        await using var stage = await StageAsync(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));
        await Eventually.TrueAsync(() => Signals(stage.GetAsync("api/v1/signals").GetAwaiter().GetResult()).Count >= 8, "8 signals are there");

        var page = JsonDocument.Parse(await stage.GetAsync("api/v1/signals?limit=3&rule=up")).RootElement;
        page.GetProperty("signals").GetArrayLength().ShouldBe(3);
        var newest = page.GetProperty("signals")[0];
        var older = Signals(await stage.GetAsync($"api/v1/signals?limit=3&rule=up&cursor={page.GetProperty("nextCursor").GetInt64()}"));
        older.ShouldAllBe(signal => signal.GetProperty("number").GetInt64() < page.GetProperty("signals")[2].GetProperty("number").GetInt64());
        JsonDocument.Parse(await stage.GetAsync($"api/v1/signals/{newest.Text("id")}")).RootElement.Text("closeTime").ShouldBe(newest.Text("closeTime"));
        Signals(await stage.GetAsync("api/v1/signals/latest")).Select(signal => (signal.Text("symbol"), signal.Text("rule"))).ShouldBeUnique();
        Signals(await stage.GetAsync("api/v1/signals/latest?provisional=true")).ShouldAllBe(signal => signal.Flag("provisional"));
        JsonDocument.Parse(await stage.GetAsync("api/v1/signals/rules")).RootElement.GetProperty("rules").GetArrayLength().ShouldBe(3);
        (await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "api/v1/signals/none"), Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "api/v1/signals?direction=up"), Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var from = newest.Time("closeTime").AddMinutes(-200);
        var trial = await TryAsync("""{ "name": "up", "direction": "long", "when": "close > open", "repeat": true }""");
        var answer = JsonDocument.Parse(await trial.Content.ReadAsStringAsync(Token)).RootElement;
        trial.StatusCode.ShouldBe(HttpStatusCode.OK, answer.GetRawText());
        answer.GetProperty("candles").GetInt32().ShouldBeInRange(199, 201);
        var known = Signals(await stage.GetAsync("api/v1/signals?rule=up&symbol=BTCUSDT&limit=1000")).Select(signal => signal.Text("id")).ToHashSet();
        answer.GetProperty("signals").EnumerateArray().Count(signal => known.Contains(signal.Text("id"))).ShouldBeGreaterThan(0, "live and trial give the same ids");
        var wrong = await TryAsync("""{ "name": "up", "direction": "long", "when": "clse > open" }""");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await wrong.Content.ReadAsStringAsync(Token)).ShouldContain("There is no indicator 'clse'");

        Task<HttpResponseMessage> TryAsync(string rule) => stage.Http.PostAsync(
            new Uri(stage.Server.HealthAddress!, "api/v1/signals/evaluate"),
            new StringContent(
                $$"""{ "exchange": "binance", "symbol": "BTCUSDT", "interval": "1m", "from": "{{from:O}}", "to": "{{from.AddMinutes(200):O}}", "rules": {{rule}} }""",
                System.Text.Encoding.UTF8, "application/json"),
            Token);
    }

    [Fact]
    public async Task Rules_are_read_again_and_wrong_ones_change_nothing()
    {
        await using var stage = await StageAsync(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));
        await File.WriteAllTextAsync(RulesPath, """{ "sets": [], "rules": [ { "name": "wrong", "direction": "long", "when": "clse > 1" } ] }""", Token);
        await Eventually.TrueAsync(() => stage.GetAsync("api/v1/signals/rules").GetAwaiter().GetResult().Contains("There is no indicator", StringComparison.Ordinal), "the mistake is told");
        (await stage.GetAsync("metrics")).ShouldContain("connector_signal_rules 3");

        await File.WriteAllTextAsync(RulesPath, """{ "sets": [], "rules": [ { "name": "down", "direction": "short", "when": "close < open", "repeat": true } ] }""", Token);
        await Eventually.TrueAsync(() => Signals(stage.GetAsync("api/v1/signals?rule=down").GetAwaiter().GetResult()).Count > 2, "the new rule speaks");
        Signals(await stage.GetAsync("api/v1/signals")).Select(signal => (signal.Text("symbol"), signal.Text("rule"), signal.Text("closeTime"))).ShouldBeUnique();
    }

    [Fact]
    public async Task Ten_thousand_rules_are_taken_up_and_given_up_again_while_it_runs()
    {
        await using var stage = await StageAsync(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));
        var many = string.Join(',', Enumerable.Range(0, 10_000).Select(index => $$"""{ "name": "r{{index}}", "direction": "long", "when": "close crosses above {{index}}" }"""));
        await File.WriteAllTextAsync(RulesPath, $$"""{ "sets": [], "rules": [ {{many}} ] }""", Token);
        await Eventually.TrueAsync(() => stage.GetAsync("metrics").GetAwaiter().GetResult().Contains("connector_signal_rules 10000", StringComparison.Ordinal), "they stand");

        await File.WriteAllTextAsync(RulesPath, """{ "sets": [], "rules": [ { "name": "down", "direction": "short", "when": "close < open", "repeat": true } ] }""", Token);
        await Eventually.TrueAsync(() => Signals(stage.GetAsync("api/v1/signals?rule=down").GetAwaiter().GetResult()).Count > 2, "the new rule speaks");
        (await stage.GetAsync("metrics")).ShouldContain("connector_signal_faults_total 0");
    }

    [Fact]
    public async Task A_server_does_not_start_with_rules_that_it_does_not_understand()
    {
        await File.WriteAllTextAsync(RulesPath, """{ "rules": [ { "name": "wrong", "direction": "long", "when": "clse > 1" } ] }""", Token);

        (await Should.ThrowAsync<InvalidSettingException>(() => ServerStage.SetAsync(configure: options => options.SignalRules = RulesPath)))
            .Message.ShouldContain("line 1, column 63, rules[0].when");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static SignalFilter All => new() { Limit = SignalFilter.MaxLimit, IsAscending = true };

    private static List<JsonElement> Signals(string text) => [.. JsonDocument.Parse(text).RootElement.GetProperty("signals").EnumerateArray()];

    private async Task<ServerStage> StageAsync(DateTimeOffset start, Action<SandboxServer>? faults = null)
    {
        if (!File.Exists(RulesPath))
        {
            await File.WriteAllTextAsync(RulesPath, Rules, Token);
        }

        return await ServerStage.SetAsync(
            speed: 120,
            options =>
            {
                options.SignalStore = FilePath;
                options.SignalRules = RulesPath;
                options.Signals.Add("binance:BTCUSDT,ETHUSDT");
                options.SignalIntervals = [Interval.OneMinute];
            },
            sandbox => sandbox.StartTime = start, faults);
    }

    /// <summary>
    /// What was told live is what the rules say of the exchange's own history, from the first told close to the last, nothing missing and nothing more.
    /// </summary>
    private static async Task CheckAsync(ServerStage stage, IReadOnlyList<KeptSignal> kept)
    {
        await using var connector = Connector.Create(options => (options.Sandbox, options.MarketClock) = (stage.Sandbox.BaseAddress, stage.Sandbox.Clock));
        var rules = new RuleSet(TradingConfig.Read(Rules).Rules);
        foreach (var own in kept.GroupBy(one => one.Signal.Series))
        {
            var (first, last) = (own.Min(one => one.Signal.CloseTime), own.Max(one => one.Signal.CloseTime));
            var candles = new List<PriceQuote>();
            var request = new HistoryRequest { Exchange = "binance", Symbol = own.Key.VenueSymbol, From = first.AddDays(-1), To = last };
            await foreach (var candle in connector.HistoryAsync(request, Token))
            {
                candles.Add(candle);
            }

            var truth = SignalTrial.Run(rules, own.Key, candles, first.AddMinutes(-1)).Signals;
            own.Select(one => (one.Signal.Id, one.Signal.Direction, one.Signal.Price)).ShouldBe(truth.Select(one => (one.Signal.Id, one.Signal.Direction,
                one.Signal.Price)), own.Key.ToString());
            foreach (var (one, (_, fate)) in own.Zip(truth))
            {
                (one.Fate.After1 is null || one.Fate.After1 == fate.After1 || fate.After1 is null).ShouldBeTrue();
                (one.Fate.After4 is null || one.Fate.After4 == fate.After4 || fate.After4 is null).ShouldBeTrue();
            }
        }
    }
}
