using System.Text.Json;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;
using OhlcvConnector.Server;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>The server stops rules that cost too much or say too much, says so, and goes on with the others.</summary>
public sealed class SignalGuardTests : IDisposable
{
    private const int MostAnHour = 30;

    private static readonly string Dear = string.Join(" and ", Enumerable.Repeat("close > 1 for 500 closes", 30)) + " and close < 0";

    private readonly string _folder = Directory.CreateTempSubdirectory("guard-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string RulesPath => Path.Combine(_folder, "signals.json");

    private string StorePath => Path.Combine(_folder, "signals.db");

    [Fact]
    public async Task A_slow_and_a_flooding_rule_are_stopped_until_their_file_changes_and_the_others_go_on()
    {
        await File.WriteAllTextAsync(RulesPath, Rules(isDear: true), Token);
        await using var stage = await ServerStage.SetAsync(
            speed: 600,
            options =>
            {
                (options.SignalStore, options.SignalRules, options.SignalIntervals) = (StorePath, RulesPath, [Interval.OneMinute]);
                options.Signals.Add("binance:BTCUSDT,ETHUSDT");
            });
        await Eventually.TrueAsync(() => Stopped(stage).Count == 2, "both are stopped");

        var stopped = Stopped(stage);
        stopped["slow"].ShouldContain("16 of its last 64 evaluations took longer than 1 ms");
        stopped["flood"].ShouldContain($"more than {MostAnHour} signals");
        stage.Log.Values<string>(ServerEventIds.SignalRuleStopped, "Rule").ShouldBe(["slow", "flood"], ignoreOrder: true);
        var metrics = await stage.GetAsync("metrics");
        metrics.ShouldContain("connector_signal_rules_stopped 2");
        metrics.ShouldContain("connector_signals_withheld_total ");
        metrics.ShouldNotContain("connector_signals_withheld_total 0");
        metrics.ShouldContain("connector_signal_faults_total 0");
        (await stage.GetAsync("ready")).ShouldContain("the rule slow was stopped");

        var told = await KeptAsync("flood");
        told.GroupBy(signal => (signal.CloseMs - 1) / 3_600_000).Max(hour => hour.Count()).ShouldBe(MostAnHour, "what it had said until then is kept");
        var others = (await KeptAsync("good")).Count;
        await Eventually.TrueAsync(() => KeptAsync("good").GetAwaiter().GetResult().Count > others + 3, "the other rule goes on");
        (await KeptAsync("flood")).Count.ShouldBe(told.Count);

        await File.WriteAllTextAsync(RulesPath, Rules(isDear: false), Token); // the flood as it was, the slow one cheap
        await Eventually.TrueAsync(() => KeptAsync("flood").GetAwaiter().GetResult().Count > told.Count, "it speaks again");
        await Eventually.TrueAsync(() => KeptAsync("slow").GetAwaiter().GetResult().Count > 0, "and the one that was slow");
        Stopped(stage).ContainsKey("slow").ShouldBeFalse();
    }

    [Fact]
    public async Task A_trial_of_rules_that_take_too_long_ends_when_an_answer_is_due()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.RestAnswerTimeout = TimeSpan.FromSeconds(2));
        var dear = string.Join(", ", Enumerable.Repeat($"\"{Dear}\"", 150));
        var from = stage.Sandbox.Clock.GetUtcNow().AddHours(-3);
        var question = $$"""
            { "exchange": "binance", "symbol": "BTCUSDT", "interval": "1m", "from": "{{from:O}}",
              "rules": { "name": "slow", "direction": "long", "when": { "any": [ {{dear}} ] } } }
            """;
        using var answer = await stage.Http.PostAsync(
            new Uri(stage.Server.HealthAddress!, "api/v1/signals/evaluate"), new StringContent(question, System.Text.Encoding.UTF8, "application/json"), Token);

        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.GatewayTimeout);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>One rule that floods, one that does not, and one that looks at 500 closes tens of thousands of times, or is cheap.</summary>
    private static string Rules(bool isDear)
    {
        var condition = isDear ? $$"""{ "any": [ {{string.Join(", ", Enumerable.Repeat($"\"{Dear}\"", 20))}} ] }""" : "\"close > 0\"";
        return $$"""
            { "sets": [], "limits": { "signalsPerHour": {{MostAnHour}} }, "rules": [
              { "name": "flood", "direction": "long", "when": "close > 0", "repeat": true },
              { "name": "good", "direction": "short", "when": "close crosses ema:8" },
              { "name": "slow", "direction": "long", "when": {{condition}}, "repeat": true, "cooldown": 10 } ] }
            """;
    }

    private static Dictionary<string, string> Stopped(ServerStage stage) => JsonDocument.Parse(stage.GetAsync("api/v1/signals/rules").GetAwaiter().GetResult())
        .RootElement.GetProperty("rules").EnumerateArray().Where(rule => rule.TryGetProperty("stopped", out _))
        .ToDictionary(rule => rule.Text("name")!, rule => rule.Text("stopped")!);

    private async Task<IReadOnlyList<Signal>> KeptAsync(string rule)
    {
        await using var store = SqliteSignalStore.Open(StorePath, isSimulated: true);
        return [.. (await store.ReadAsync(new SignalFilter { Rule = rule, Limit = SignalFilter.MaxLimit }, Token)).Select(kept => kept.Signal)];
    }
}
