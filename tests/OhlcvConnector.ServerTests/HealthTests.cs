using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public class HealthTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ready_means_that_it_can_serve_and_strictly_that_nothing_is_degraded(bool isStrict)
    {
        await using var stage = await ServerStage.SetAsync(configure: options =>
        {
            options.StrictReadiness = isStrict;
            options.Preload.Add("binance:spot:1m:BTCUSDT,ETH/USDT");
            options.Preload.Add("okx:spot:1m:BTC-USDT");
        });
        await Eventually.TrueAsync(() => !Text(stage, "/ready").Contains("\"degraded\":[\"", StringComparison.Ordinal), "both exchanges are live");
        using var body = JsonDocument.Parse(await stage.GetAsync("/ready"));

        body.RootElement.Text("status").ShouldBe("ready");
        var exchanges = body.RootElement.GetProperty("exchanges").EnumerateArray().ToList();

        exchanges.Count.ShouldBe(2);
        exchanges[0].EnumerateObject().Select(property => property.Name).ShouldBe(
            ["exchange", "contract_type", "active_connections", "last_message_time", "total_quotes", "total_errors", "consecutive_failures", "circuit_state", "healthy"]);
        stage.TakeDown("binance");
        await Eventually.TrueAsync(() => Text(stage, "/ready").Contains("binance spot is not connected", StringComparison.Ordinal), "the exchange is gone");

        Status(stage, "/ready").ShouldBe(isStrict ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
        Text(stage, "/ready").ShouldContain(isStrict ? "\"status\":\"not_ready\"" : "\"status\":\"ready\"");
        Status(stage, "/health").ShouldBe(HttpStatusCode.OK, "the program lives nevertheless");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_ready_before_the_first_client_comes(bool isStrict)
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.StrictReadiness = isStrict);
        using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "/ready"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("X-Sandbox").ShouldHaveSingleItem().ShouldBe("true");
    }

    [Theory]
    [InlineData("")]
    [InlineData("hang")]
    public async Task An_exchange_that_does_not_answer_at_the_start_is_tried_again_and_the_others_are_served(string how)
    {
        var clock = new ManualTimeProvider();
        var absent = new SandboxFault(how == "hang" ? SandboxFaultKind.SlowAnswer : SandboxFaultKind.ServerError)
        {
            Exchange = "binance",
            Amount = TimeSpan.FromDays(1),
        };
        var starting = ServerStage.SetAsync(
            configure: options =>
            {
                options.TimeProvider = clock;
                options.Preload.Add("binance:spot:1m:BTCUSDT");
                options.Preload.Add("okx:spot:1m:BTC-USDT");
            },
            faults: sandbox => sandbox.Inject(absent),
            upstream: connector => connector.RestTimeout = TimeSpan.FromSeconds(1));
        await AdvanceUntilAsync(clock, () => starting.IsCompleted, "the start does not wait for ever");
        await using var stage = await starting;

        Status(stage, "/ready").ShouldBe(HttpStatusCode.OK);
        Text(stage, "/ready").ShouldContain("binance:spot:1m:BTCUSDT is not followed yet");
        Text(stage, "/metrics").ShouldContain("connector_preloads_waiting 1");
        stage.Server.Hub.Channels.ShouldContain(channel => channel.Series.Exchange == "okx");
        stage.Sandbox.ClearFaults();
        await AdvanceUntilAsync(clock, () => stage.Server.Hub.Channels.Length == 2, "it is followed when it is back");
        await Eventually.TrueAsync(() => stage.Server.Preloads.Waiting.Count == 0, "nothing waits any more");
        await Eventually.TrueAsync(
            () => stage.Log.Lines.Any(line => line.Contains("binance:spot:1m:BTCUSDT is followed now", StringComparison.Ordinal)), "it is logged");
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/ready")]
    [InlineData("/metrics")]
    [InlineData("/openapi.json")]
    [InlineData("/v1/symbols?exchange=binance&market=spot")]
    public async Task Head_and_options_work_where_get_does(string path)
    {
        await using var stage = await ServerStage.SetAsync();
        var address = new Uri(stage.Server.HealthAddress!, path);
        using var get = await stage.Http.GetAsync(address);
        using var head = await stage.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, address));

        (head.StatusCode, head.Content.Headers.ContentType).ShouldBe((get.StatusCode, get.Content.Headers.ContentType));
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        using var options = await stage.Http.SendAsync(new HttpRequestMessage(HttpMethod.Options, address));

        options.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        options.Content.Headers.Allow.ShouldBe(["GET", "HEAD", "OPTIONS"]);
        using var nowhere = await stage.Http.SendAsync(new HttpRequestMessage(HttpMethod.Options, new Uri(address, "/nowhere")));

        nowhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var post = await stage.Http.PostAsync(address, content: null);

        post.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("binance:spot:1m")]
    [InlineData("nasdaq:spot:1m:BTCUSDT")]
    [InlineData("binance:spot:1m:NOPE")]
    [InlineData("binance:spot:1x:BTCUSDT")]
    [InlineData("binance:options:1m:BTCUSDT")]
    public async Task A_wrong_preload_ends_the_start_and_is_named(string preload)
    {
        var exception = await Should.ThrowAsync<Domain.InvalidSettingException>(() => ServerStage.SetAsync(configure: options => options.Preload.Add(preload)));

        exception.Message.ShouldStartWith($"--preload is '{preload}'");
    }

    [Fact]
    public async Task Metrics_have_the_old_names_and_labels_and_count_what_happens()
    {
        await using var stage = await ServerStage.SetAsync(speed: 300);
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"],"closed_only":true}""");
        for (var i = 0; i < 3; i++)
        {
            await client.ReadAsync("quote");
        }

        await Eventually.TrueAsync(() => stage.Server.Hub.Diagnose().Sum(
            market => market.ActiveConnections) == 1, "there is one connection, which a slow machine may have lost and made again");
        var text = await stage.GetAsync("/metrics");
        foreach (var sample in new[]
        {
            "connector_quotes_processed_total{exchange=\"binance\",contract_type=\"spot\",is_closed=\"True\"}",
            "connector_quote_latency_seconds_bucket{exchange=\"binance\",contract_type=\"spot\",le=\"0.001\"}",
            "connector_active_connections{exchange=\"binance\",contract_type=\"spot\"} 1",
            "connector_connection_errors_total{exchange=\"binance\",contract_type=\"spot\",error_type=\"connection_error\"} 0",
            "connector_reconnections_total", "connector_rest_backfills_total{exchange=\"binance\",contract_type=\"spot\",status=\"success\"}", "status=\"failure\"}", "error_type=\"receive_error\"}", "error_type=\"backfill_error\"}",
            "connector_queue_depth_closed", "connector_queue_depth_open", "connector_queue_blocking_events_total", "connector_circuit_breaker_state",
            "connector_duplicates_filtered_total", "connector_build_info{version=", "connector_subscribers 1", "connector_subscriptions 1", "process_resident_memory_bytes",
        })
        {
            text.ShouldContain(sample);
        }

        double.Parse(Regex.Match(text, @"^connector_deliveries_total (\S+)", RegexOptions.Multiline).Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(3);
        Regex.Matches(text, @"^# TYPE (\S+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ShouldBeUnique();
    }

    [Fact]
    public async Task Metrics_and_their_labels_are_those_that_dashboards_know()
    {
        await using var stage = await ServerStage.SetAsync();
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"]}""");
        await client.ReadAsync("quote");

        var samples = (await stage.GetAsync("/metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
            .Select(line => Regex.Replace(line[..line.LastIndexOf(' ')], "(version|runtime)=\"[^\"]*\"", "$1=\"\""));

        var known = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "tests/OhlcvConnector.ServerTests/metrics.txt"));

        samples.Order(StringComparer.Ordinal).ShouldBe(known.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_table_of_the_documentation_has_each_metric_with_its_meaning()
    {
        var folder = Directory.CreateTempSubdirectory("metrics-");
        await using var stage = await ServerStage.SetAsync(configure: options => ServerStage.NameAll(options, folder.FullName));
        var rows = Regex.Matches(await stage.GetAsync("/metrics"), @"^# HELP (connector_\w+) (.*)\n# TYPE \w+ (\w+)", RegexOptions.Multiline)
            .Select(match => $"| `{match.Groups[1].Value}` | {match.Groups[3].Value} | {match.Groups[2].Value.Replace("\\\\", "\\", StringComparison.Ordinal)} |\n").Order(StringComparer.Ordinal);
        var stored = Path.Combine(Repository.Root, "docs/operations/metrics.md");
        var text = await File.ReadAllTextAsync(stored);
        var written = Regex.Replace(text, "(<!-- metrics -->\n).*?(<!-- end -->)", match =>
            $"{match.Groups[1].Value}| metric | kind | meaning |\n|---|---|---|\n{string.Concat(rows)}{match.Groups[2].Value}", RegexOptions.Singleline);
        var received = Path.Combine(AppContext.BaseDirectory, "metrics.md");
        await File.WriteAllTextAsync(received, written);

        text.ShouldBe(written, $"cp {received} {stored}");
    }

    [Fact]
    public async Task Metrics_come_as_OpenMetrics_where_they_are_asked_for()
    {
        await using var stage = await ServerStage.SetAsync();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Accept", "application/openmetrics-text; version=1.0.0");

        var text = await http.GetStringAsync(new Uri(stage.Server.HealthAddress!, "/metrics"));

        text.ShouldEndWith("# EOF\n");
    }

    private static async Task AdvanceUntilAsync(ManualTimeProvider clock, Func<bool> condition, string because)
    {
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return condition();
            },
            because);
    }

    private static string Text(ServerStage stage, string path)
    {
        using var answer = stage.Http.Send(new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Server.HealthAddress!, path)));
        using var reader = new StreamReader(answer.Content.ReadAsStream());
        return reader.ReadToEnd();
    }

    private static HttpStatusCode Status(ServerStage stage, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Server.HealthAddress!, path));
        using var answer = stage.Http.Send(request);
        return answer.StatusCode;
    }
}
