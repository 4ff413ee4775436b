using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>Answers about signals and notifications against their description.</summary>
public sealed partial class OpenApiTests
{
    private const string Rules = """
        { "sets": ["trend-follow"], "limits": { "signalsPerHour": 20 }, "rules": [
          { "name": "up", "direction": "long", "when": "close > open and volume > 0" },
          { "name": "flood", "direction": "long", "when": "close > 0", "repeat": true },
          { "name": "all", "score": { "trend": ["close > ema:3"], "momentum": [{ "long": "close > open", "short": "close < open" }] }, "thresholds": { "long": 10, "short": 10 } },
          { "name": "never", "direction": "long", "when": "close > 0 on 90s" } ] }
        """;

    [Fact]
    public async Task Answers_about_signals_and_notifications_are_as_they_are_described()
    {
        var rules = Path.Combine(_folder.FullName, "signals.json");
        await File.WriteAllTextAsync(rules, Rules);
        await using var stage = await ServerStage.SetAsync(speed: 600, options =>
        {
            options.Signals.Add("binance:BTCUSDT,ETHUSDT");
            (options.SignalIntervals, options.SignalRules) = ([Interval.OneMinute], rules);
            options.Notifications = """{ "channels": { "gone": { "type": "webhook", "url": "http://127.0.0.1:1/" } } }""";
            options.NotificationStore = Path.Combine(_folder.FullName, "notices.db");
        });
        var described = await Described.ByAsync(stage);
        await Eventually.TrueAsync(() => stage.GetAsync("api/v1/signals/rules").GetAwaiter().GetResult().Contains("\"stopped\":", StringComparison.Ordinal), "a rule is stopped");
        await Eventually.TrueAsync(() => stage.GetAsync("api/v1/signals?rule=up").GetAwaiter().GetResult().Contains("\"after\":", StringComparison.Ordinal), "prices came after");
        using var signals = JsonDocument.Parse(await stage.GetAsync("api/v1/signals?limit=2"));
        var id = signals.RootElement.GetProperty("signals")[0].Text("id");

        var seen = new HashSet<string>();
        var stopped = await CheckAsync("get", "/api/v1/signals/rules");
        Rule("flood").Time("stoppedAt").ShouldBeLessThanOrEqualTo(DateTimeOffset.UtcNow);
        Rule("never").GetProperty("stoppedOn").GetArrayLength().ShouldBe(2);
        (await CheckAsync("get", "/api/v1/signals", "?limit=5")).GetProperty("signals").GetArrayLength().ShouldBe(5);
        await CheckAsync("get", "/api/v1/signals/latest");
        await CheckAsync("get", "/api/v1/signals/latest", "?provisional=true");
        await CheckAsync("get", "/api/v1/signals/{id}", id!);
        var from = stage.Sandbox.Clock.GetUtcNow().AddHours(-3);
        var trial = await CheckAsync("post", "/api/v1/signals/evaluate", body: $$"""
            { "exchange": "binance", "symbol": "BTCUSDT", "interval": "1m", "from": "{{from:O}}", "rules": { "name": "up", "direction": "long", "when": "close > open" } }
            """);
        trial.GetProperty("signals").GetArrayLength().ShouldBeGreaterThan(5);
        (await CheckAsync("get", "/api/v1/notifications")).GetProperty("notifications").GetArrayLength().ShouldBeGreaterThan(0);
        await CheckAsync("post", "/api/v1/notifications/test", body: """{ "channel": "gone" }""");
        await CheckAsync("post", "/api/v1/notifications/retry", body: "{}");
        await CheckAsync("get", "/api/v1/signals/rules/file");
        await CheckAsync("put", "/api/v1/signals/rules", "?check=true", Rules);
        await CheckAsync("put", "/api/v1/signals/rules", body: """{ "rules": 1 }""", status: HttpStatusCode.BadRequest);
        await CheckAsync("get", "/api/v1/signals/{id}", "none", status: HttpStatusCode.NotFound);
        await CheckAsync("get", "/api/v1/signals", "?limit=0", status: HttpStatusCode.BadRequest);
        await CheckAsync("post", "/api/v1/signals/evaluate", body: """{ "exchange": "binance" }""", status: HttpStatusCode.BadRequest);
        seen.ShouldBe(
            described.GetProperty("paths").EnumerateObject().Select(path => path.Name).Where(path =>
                path.StartsWith("/api/v1/signals", StringComparison.Ordinal) || path.StartsWith("/api/v1/notifications", StringComparison.Ordinal)),
            ignoreOrder: true, "each route is asked");

        JsonElement Rule(string name) => stopped.GetProperty("rules").EnumerateArray().Single(rule => rule.Text("name") == name);

        async Task<JsonElement> CheckAsync(string method, string path, string more = "", string? body = null, HttpStatusCode status = HttpStatusCode.OK)
        {
            seen.Add(path);
            var asked = path.Contains("{id}", StringComparison.Ordinal) ? path.Replace("{id}", more, StringComparison.Ordinal) : path + more;
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(stage.Server.HealthAddress!, asked))
            {
                Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
            };
            using var answer = await stage.Http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.ShouldBe(status, $"{asked}: {text}");
            using var read = JsonDocument.Parse(text);
            var operation = described.GetProperty("paths").GetProperty(path).GetProperty(method);
            var schema = Described.Schema(operation, ((int)status).ToString(CultureInfo.InvariantCulture));
            Described.Mistakes(described, schema, read.RootElement, asked).ShouldBeEmpty();
            return read.RootElement.Clone();
        }
    }
}
