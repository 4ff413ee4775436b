using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.BusTests;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Messaging.Nats.Cluster;
using OhlcvConnector.Server.Hosting;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ClusterTests;

/// <summary>What a server that is a node says of itself to who asks whether it is ready.</summary>
public sealed class ReadinessTests : IDisposable
{
    private readonly LogRecorder _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_node_that_cannot_renew_its_lease_is_not_ready_until_it_can()
    {
        using var bus = await NatsServer.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 2 }, Token);
        await using var server = await ConnectorServer.StartAsync(
            new ServerOptions { Port = 0, HealthPort = 0, Cluster = bus.Address, ClusterNode = "a", ClusterLease = TimeSpan.FromSeconds(1) },
            connector => connector.Sandbox = sandbox.BaseAddress, Log, Token);
        using var http = new HttpClient { BaseAddress = server.HealthAddress };
        await UntilAsync(HttpStatusCode.OK, "\"ready\"");
        bus.Kill();
        await UntilAsync(HttpStatusCode.ServiceUnavailable, "the node a takes no part in its cluster: it holds no lease");
        await bus.RunAsync();
        await UntilAsync(HttpStatusCode.OK, "\"ready\"");

        async Task UntilAsync(HttpStatusCode status, string words)
        {
            var (got, said) = (default(HttpStatusCode), "");
            await Eventually.TrueAsync(() => Ask() == (status, true), () => $"{status}, not {got}: {said}\n{Logged}");

            (HttpStatusCode, bool) Ask()
            {
                using var answer = http.GetAsync(new Uri("ready", UriKind.Relative), Token).GetAwaiter().GetResult();
                (got, said) = (answer.StatusCode, answer.Content.ReadAsStringAsync(Token).GetAwaiter().GetResult());
                return (got, said.Contains(words, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task What_a_node_carries_and_what_a_server_reads_from_the_bus_stand_in_the_numbers_of_its_health()
    {
        using var bus = await NatsServer.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 2 }, Token);
        await using var first = await NodeAsync("a");
        await using var second = await NodeAsync("b");
        var cluster = await NatsCluster.OpenAsync(
            new NatsBusOptions { Address = bus.Address, IsSandbox = true }, new ServerOptions().ClusterBucket, cancellationToken: Token);
        await using var ofCluster = cluster;
        await using var connector = Connector.Create(options => options.Sandbox = sandbox.BaseAddress);
        var one = (await connector.InstrumentsAsync("binance", Market.Spot, cancellationToken: Token)).First(instrument => instrument.IsTrading);
        await cluster.Book.AddAsync([ClusterSeries.Of(new Series(one, Interval.Parse("1s")))], Token);

        var carried = await UntilAsync(first, second, health =>
            health.GetProperty("bus").GetProperty("published").GetInt64() > 0 && health.GetProperty("cluster").GetProperty("nodes").GetInt32() == 2);
        carried.GetProperty("bus").GetProperty("role").GetString().ShouldBe("publishes");
        carried.GetProperty("bus").GetProperty("location").GetString()!.ShouldNotContain(NatsServer.Password);
        var node = carried.GetProperty("cluster");
        (node.GetProperty("wantedSeries").GetInt32(), node.GetProperty("carriedSeries").GetInt32()).ShouldBe((1, 1));

        await using var reader = await ConnectorServer.StartAsync(
            new ServerOptions { Port = 0, HealthPort = 0, Upstream = bus.Address }, _ => { }, Log, Token);
        var read = await UntilAsync(reader, reader, _ => true);
        (read.GetProperty("bus").GetProperty("role").GetString(), read.GetProperty("bus").GetProperty("problem").GetString()).ShouldBe(("reads", null));
        read.GetProperty("cluster").ValueKind.ShouldBe(JsonValueKind.Null);

        Task<ConnectorServer> NodeAsync(string name) => ConnectorServer.StartAsync(
            new ServerOptions { Port = 0, HealthPort = 0, Cluster = bus.Address, ClusterNode = name, ClusterLease = TimeSpan.FromSeconds(5) },
            connector => connector.Sandbox = sandbox.BaseAddress, Log, Token);
    }

    private string Logged => string.Join('\n', _log.Lines.TakeLast(200));

    private void Log(ILoggingBuilder logging) => logging.SetMinimumLevel(LogLevel.Information).AddProvider(_log);

    /// <summary>The numbers of whichever of two servers has what is wanted.</summary>
    private async Task<JsonElement> UntilAsync(ConnectorServer first, ConnectorServer second, Func<JsonElement, bool> isWanted)
    {
        using var http = new HttpClient();
        JsonElement found = default;
        await Eventually.TrueAsync(
            () => Array.Exists((ConnectorServer[])[first, second], server => isWanted(found = Ask(server))), () => $"{found.GetRawText()}\n{Logged}");
        return found;

        JsonElement Ask(ConnectorServer server)
        {
            using var document = JsonDocument.Parse(http.GetStringAsync(new Uri(server.HealthAddress!, "api/v1/health"), Token).GetAwaiter().GetResult());
            return document.RootElement.Clone();
        }
    }
}
