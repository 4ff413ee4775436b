using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

public class HealthTests
{
    [Fact]
    public async Task Ready_is_yes_only_while_an_exchange_is_live_and_the_preloaded_series_are()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.Preload.Add("binance:spot:1m:BTCUSDT,ETH/USDT"));
        await Eventually.TrueAsync(() => Status(stage, "/ready") == HttpStatusCode.OK, "the exchange is live");
        using var body = JsonDocument.Parse(await stage.GetAsync("/ready"));
        body.RootElement.Text("status").ShouldBe("ready");
        var exchange = body.RootElement.GetProperty("exchanges").EnumerateArray().ShouldHaveSingleItem();
        exchange.EnumerateObject().Select(property => property.Name).ShouldBe(
            ["exchange", "contract_type", "active_connections", "last_message_time", "total_quotes", "total_errors", "consecutive_failures", "circuit_state", "healthy"]);
        stage.Server.Hub.Channels.Length.ShouldBe(2);
        stage.TakeDown("binance");
        await Eventually.TrueAsync(() => Status(stage, "/ready") == HttpStatusCode.ServiceUnavailable, "the exchange is gone");
        Status(stage, "/health").ShouldBe(HttpStatusCode.OK, "the program lives nevertheless");
    }

    [Fact]
    public async Task Without_a_series_it_is_not_ready_and_says_why()
    {
        await using var stage = await ServerStage.SetAsync();
        using var answer = await stage.Http.GetAsync(new Uri(stage.Server.HealthAddress!, "/ready"));
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("--preload");
        answer.Headers.GetValues("X-Sandbox").ShouldHaveSingleItem().ShouldBe("true");
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

        var text = await stage.GetAsync("/metrics");
        foreach (var sample in new[]
        {
            "connector_quotes_processed_total{exchange=\"binance\",contract_type=\"spot\",is_closed=\"true\"}",
            "connector_quote_latency_seconds_bucket{exchange=\"binance\",contract_type=\"spot\",le=\"0.001\"}",
            "connector_active_connections{exchange=\"binance\",contract_type=\"spot\"} 1",
            "connector_connection_errors_total{exchange=\"binance\",contract_type=\"spot\",error_type=\"connection\"} 0",
            "connector_reconnections_total", "connector_rest_backfills_total{exchange=\"binance\",contract_type=\"spot\",status=\"success\"}",
            "connector_queue_depth_closed", "connector_queue_depth_open", "connector_queue_blocking_events_total", "connector_circuit_breaker_state",
            "connector_duplicates_filtered_total", "connector_build_info{version=", "connector_subscribers 1", "connector_subscriptions 1", "process_resident_memory_bytes",
        })
        {
            text.ShouldContain(sample);
        }

        double.Parse(Regex.Match(text, @"^connector_deliveries_total (\S+)", RegexOptions.Multiline).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(3);
        Regex.Matches(text, @"^# TYPE (\S+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ShouldBeUnique();
    }

    private static HttpStatusCode Status(ServerStage stage, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(stage.Server.HealthAddress!, path));
        using var answer = stage.Http.Send(request);
        return answer.StatusCode;
    }
}
