using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application;
using OhlcvConnector.Client;
using OhlcvConnector.Domain;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server.Hosting;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.Client;

/// <summary>A server that reads from another server promises what that one does.</summary>
public sealed class UpstreamServerTests : IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(3));
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _patience.Dispose();
    }

    [Fact]
    public async Task Its_clients_get_each_closed_candle_once_over_a_restart_of_the_upstream()
    {
        await using var stage = await ClientStage.SetAsync(speed: 300);
        await using var server = await StartAsync(stage);
        await using var client = ConnectorClient.Create(options =>
        {
            options.Servers.Add(server.StreamAddress);
            options.RestServers.Add(server.HealthAddress!);
        });
        var reading = new ClientReading();
        var isRestarted = false;

        await foreach (var quote in client.StreamAsync(new StreamRequest { Exchange = "binance", Symbols = ["BTCUSDT", "ETHUSDT"] }, _patience.Token))
        {
            reading.Read(quote);
            if (!isRestarted && reading.HasClosed(series: 2, candles: 3))
            {
                isRestarted = true;
                (await ReadyAsync(server)).GetProperty("upstream").Text("connections").ShouldBe("1");
                await stage.StopAsync(0);
                await Eventually.TrueAsync(
                    () => ReadyAsync(server).GetAwaiter().GetResult().GetProperty("degraded").EnumerateArray()
                        .Any(word => word.GetString()!.StartsWith("binance spot is not connected to the upstream ws://", StringComparison.Ordinal)),
                    "readiness says that the upstream is away");
                var back = stage.Sandbox.Clock.GetUtcNow().AddMinutes(2);
                await Eventually.TrueAsync(() => stage.Sandbox.Clock.GetUtcNow() > back, "two minutes of the market pass");
                await stage.StartAsync(0);
            }

            if (reading.HasClosed(series: 2, candles: 9))
            {
                break;
            }
        }

        reading.CompareWith(stage.Sandbox);
        var metrics = await _http.GetStringAsync(new Uri(server.HealthAddress!, "/metrics"));

        metrics.ShouldContain("connector_upstream_connections 1");
        metrics.ShouldContain("connector_upstream_reconnections_total 1");
        metrics.ShouldContain("sandbox=\"true\"");
    }

    [Theory]
    [InlineData("/v1/candles?exchange=binance&symbol=BTCUSDT&interval=5m&from=2026-03-01T00:00:00Z&to=2026-03-01T02:00:00Z")]
    [InlineData("/v1/symbols?exchange=okx&market=usdm")]
    [InlineData("/v1/candles?exchange=gateio&symbol=BTC_USDT&interval=7m&build=true&from=2026-03-01T00:00:00Z&to=2026-03-01T02:00:00Z")]
    public async Task Its_REST_says_what_that_of_the_upstream_says(string path)
    {
        await using var stage = await ClientStage.SetAsync();
        await using var server = await StartAsync(stage);

        var answers = new List<string>();
        foreach (var address in new[] { stage.Server().HealthAddress!, server.HealthAddress! })
        {
            using var document = JsonDocument.Parse(await _http.GetStringAsync(new Uri(address, path)));
            answers.Add(string.Join(
                '\n', document.RootElement.EnumerateObject().Where(field => field.Name is "candles" or "symbols" or "gaps" or "sandbox").SelectMany(Rows)));
        }

        answers[0].Length.ShouldBeGreaterThan(1_000);
        answers[1].ShouldBe(answers[0]);

        static IEnumerable<string> Rows(JsonProperty field) => field.Value.ValueKind != JsonValueKind.Array
            ? [field.Value.GetRawText()]
            : field.Value.EnumerateArray()
            .Select(row => string.Join(' ', row.EnumerateObject().Where(cell => cell.Name is not ("receivedAt"
                or "eventTime")).Select(cell => $"{cell.Name}={cell.Value.GetRawText()}")));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8765", "Upstream is 'http://127.0.0.1:8765'; it must be an address such as ws://127.0.0.1:8765")]
    [InlineData("nonsense", "Upstream is 'nonsense'")]
    public async Task A_wrong_address_is_named(string upstream, string words) =>
        (await Should.ThrowAsync<InvalidSettingException>(() => StartAsync(new ServerOptions { Port = 0, HealthPort = 0, Upstream = upstream }))).Message
            .ShouldStartWith(words);

    [Fact]
    public async Task An_upstream_that_does_not_answer_ends_the_start() =>
        (await Should.ThrowAsync<ExchangeUnavailableException>(() => StartAsync(new ServerOptions { Port = 0, HealthPort = 0, Upstream = "ws://127.0.0.1:1" })))
            .Message.ShouldStartWith("The connector server at http://127.0.0.1:2/ did not answer usably");

    private static Task<ConnectorServer> StartAsync(ClientStage stage) =>
        StartAsync(new ServerOptions { Port = 0, HealthPort = 0, Upstream = stage.Streams, UpstreamRest = stage.Rests });

    private static Task<ConnectorServer> StartAsync(ServerOptions options) =>
        ConnectorServer.StartAsync(options, _ => { }, logging => logging.ClearProviders());

    private async Task<JsonElement> ReadyAsync(ConnectorServer server)
    {
        using var document = JsonDocument.Parse(await _http.GetStringAsync(new Uri(server.HealthAddress!, "/ready")));
        return document.RootElement.Clone();
    }
}
