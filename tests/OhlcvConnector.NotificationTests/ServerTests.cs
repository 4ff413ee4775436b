using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Domain;
using OhlcvConnector.ServerTests;
using Shouldly;

namespace OhlcvConnector.NotificationTests;

/// <summary>Notifications in the running server, and by the terminal.</summary>
public class ServerTests
{
    [Fact]
    public async Task The_server_tells_lists_tries_and_counts()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.Notifications = Config(hook);
            options.NotificationStore = folder.File;
        });
        var tried = await stage.Http.PostAsJsonAsync(
            new Uri(stage.Server.HealthAddress!, "/api/v1/notifications/test"), new { channel = "hook" }, TestContext.Current.CancellationToken);
        var answer = await JsonAsync(tried);
        (tried.StatusCode, answer.GetProperty("outcome").GetString(), answer.GetProperty("sandbox").GetBoolean()).ShouldBe((HttpStatusCode.OK, "delivered", true));
        NoticeJson.Read(hook.Requests.Single().Text).IsSandbox.ShouldBeTrue();

        hook.Answers.Enqueue(Hook.Status(400, "no"));
        await stage.Server.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await Testing.Eventually.TrueAsync(() => ListAsync(stage, "?state=dead").Result.GetProperty("notifications").GetArrayLength() == 1, "it was given up");
        var row = (await ListAsync(stage, "?state=dead")).GetProperty("notifications")[0];
        (row.GetProperty("id").GetString(), row.GetProperty("label").GetString(), row.GetProperty("problem").GetString()).ShouldBe(("one", "SANDBOX", "HTTP 400: no"));
        var metrics = await stage.GetAsync("/metrics");
        metrics.ShouldContain("connector_notification_attempts_total{channel=\"hook\",outcome=\"refused\"} 1");
        metrics.ShouldContain("connector_notifications_dead{channel=\"hook\"} 1");

        var retried = await stage.Http.PostAsJsonAsync(
            new Uri(stage.Server.HealthAddress!, "/api/v1/notifications/retry"), new { id = "one" }, TestContext.Current.CancellationToken);
        (await JsonAsync(retried)).GetProperty("retried").GetInt32().ShouldBe(1);
        await Testing.Eventually.TrueAsync(() => ListAsync(stage, "?state=delivered").Result.GetProperty("notifications").GetArrayLength() == 1, "it was told");

        var unknown = await stage.Http.PostAsJsonAsync(
            new Uri(stage.Server.HealthAddress!, "/api/v1/notifications/test"), new { channel = "hok" }, TestContext.Current.CancellationToken);
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unknown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("did you mean hook?");
        (await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "/api/v1/notifications?state=lost"), TestContext.Current.CancellationToken))
            .StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, new Uri(stage.Server.HealthAddress!, "/api/v1/notifications/test"))
        { Content = JsonContent.Create(new { channel = "hook" }) };
        foreign.Headers.Add("Origin", "https://evil.example");
        (await stage.Http.SendAsync(foreign, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Signals_and_prices_of_the_server_are_in_Redis_under_keys_of_the_sandbox()
    {
        using var folder = new TestFolder();
        using var redis = await RedisServer.StartAsync(folder.Path);
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.Redis = redis.Address;
            options.NotificationStore = folder.File;
            options.PriceSymbols.Add("BTC");
        });
        await stage.Server.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await stage.Server.Notifier.NotifyAsync(Stage.Notice("a fill", NoticeKind.Fill), TestContext.Current.CancellationToken);
        await stage.GetAsync("/prices?symbols=BTC");
        await Testing.Eventually.TrueAsync(() => redis.AskAsync("HGET", "sandbox:ohlcv:prices", "BTC").Result.Contains("\"price\":", StringComparison.Ordinal), "a price is there");
        await Testing.Eventually.TrueAsync(() => redis.AskAsync("XLEN", "sandbox:ohlcv:signals").Result == "1", "the signal is there, and nothing else");

        using var price = JsonDocument.Parse(await redis.AskAsync("HGET", "sandbox:ohlcv:prices", "BTC"));
        price.RootElement.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
        (await stage.GetAsync("/metrics")).ShouldContain("connector_redis_connected 1");
    }

    [Theory]
    [InlineData("{ \"channels\": { \"a\": { \"type\": \"mial\" } } }", null, "notifications.channels.a.type: 'mial' is none; did you mean mail?")]
    [InlineData(null, "localhost:6379", "This is no address of Redis.")]
    public async Task Wrong_settings_are_named_before_anything_runs(string? notifications, string? redis, string words)
    {
        using var folder = new TestFolder();
        var wrong = await Should.ThrowAsync<InvalidSettingException>(() => ServerStage.SetAsync(configure: options =>
        {
            (options.Notifications, options.Redis, options.NotificationStore) = (notifications, redis, folder.File);
        }));

        wrong.Message.ShouldContain(words);
    }

    [Fact]
    public async Task The_terminal_tries_sends_lists_and_retries()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "channels.json"), Config(hook), TestContext.Current.CancellationToken);
        var terminal = new Terminal(folder);
        var config = $"--config {Path.Combine(folder.Path, "channels.json")}";
        hook.Answers.Enqueue(Hook.Status(500));
        (await terminal.RunAsync($"notify test {config}")).ShouldBe((1, "hook: failed: HTTP 500\n", ""));
        hook.Answers.Enqueue(Hook.Status(404));
        var (code, output, error) = await terminal.RunAsync($"notify send done --id backup {config}");
        (code, output).ShouldBe((0, "backup\n"));
        error.ShouldBe("warning: channel hook: gave up 1 notice(s), the first 'backup': HTTP 404\n");
        (await terminal.RunAsync("notify list --state dead")).Output.ShouldContain("dead       hook          1  backup  done  (HTTP 404)");
        (await terminal.RunAsync("notify retry --channel hook")).Output.ShouldBe("1 to be told again\n");
        (code, output, error) = await terminal.RunAsync($"notify send done --id backup {config}");
        (code, error).ShouldBe((0, ""));
        (await terminal.RunAsync("notify list")).Output.ShouldContain("delivered  hook          1  backup  done");
        hook.Requests.Select(request => request.Key).Skip(1).ShouldBe(["backup", "backup"]);
    }

    private static string Config(Hook hook) => $$"""{ "channels": { "hook": { "type": "webhook", "url": "{{hook.Address}}" } } }""";

    private static async Task<JsonElement> ListAsync(ServerStage stage, string query)
    {
        using var document = JsonDocument.Parse(await stage.GetAsync("/api/v1/notifications" + query));
        return document.RootElement.Clone();
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return document.RootElement.Clone();
    }
}
