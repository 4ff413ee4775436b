using System.Net;
using Microsoft.Extensions.Logging;
using OhlcvConnector.BusTests;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server.Hosting;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ClusterTests;

/// <summary>What a server that is a node says of itself to who asks whether it is ready.</summary>
public sealed class ReadinessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_cannot_renew_its_lease_is_not_ready_until_it_can()
    {
        using var bus = await NatsServer.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 2 }, Token);
        await using var server = await ConnectorServer.StartAsync(
            new ServerOptions { Port = 0, HealthPort = 0, Cluster = bus.Address, ClusterNode = "a", ClusterLease = TimeSpan.FromSeconds(1) },
            connector => connector.Sandbox = sandbox.BaseAddress, logging => logging.SetMinimumLevel(LogLevel.Warning), Token);
        using var http = new HttpClient { BaseAddress = server.HealthAddress };
        await UntilAsync(HttpStatusCode.OK, "\"ready\"");
        bus.Kill();
        await UntilAsync(HttpStatusCode.ServiceUnavailable, "the node a takes no part in its cluster: it holds no lease");
        await bus.RunAsync();
        await UntilAsync(HttpStatusCode.OK, "\"ready\"");

        async Task UntilAsync(HttpStatusCode status, string words)
        {
            var (got, said) = (default(HttpStatusCode), "");
            await Eventually.TrueAsync(() => Ask() == (status, true), () => $"{status}, not {got}: {said}");

            (HttpStatusCode, bool) Ask()
            {
                using var answer = http.GetAsync(new Uri("ready", UriKind.Relative), Token).GetAwaiter().GetResult();
                (got, said) = (answer.StatusCode, answer.Content.ReadAsStringAsync(Token).GetAwaiter().GetResult());
                return (got, said.Contains(words, StringComparison.Ordinal));
            }
        }
    }
}
