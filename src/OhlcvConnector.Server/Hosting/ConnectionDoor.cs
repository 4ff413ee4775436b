using System.Net;
using Microsoft.AspNetCore.Connections;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.Hosting;

/// <summary>
/// Door of bare connections, before any request: counts and bounds them, in all and from one address, and cuts those over which none comes. Who asks nothing
/// must not hold what others need.
/// </summary>
internal sealed class ConnectionDoor(ServerOptions options, Quotas quotas, ServerCounters counters, TrustedProxies proxies)
{
    private const int SpareOfAll = 1_000;      // beside the clients': for health, metrics and REST
    private const int SpareOfAddress = 100;
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10); // so that half a request is answered with 408 before

    private int _count;

    /// <summary>Lets a connection in, until it ends.</summary>
    public async Task RunAsync(ConnectionContext connection, PortRole role, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var quota = proxies.Contains(address) ? null : quotas.OfConnections(address);
        if (!TryEnter(quota))
        {
            counters.ConnectionRefused();
            connection.Abort();
            return;
        }

        counters.ConnectionOpened();
        try
        {
            var port = new PortFeature(role);
            connection.Features.Set(port);
            using var patience = options.TimeProvider.CreateTimer(
                _ => EndIfSilent(connection, port), state: null, (2 * options.SubscribeTimeout) + Slack, Timeout.InfiniteTimeSpan);
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            counters.ConnectionClosed();
            quota?.RemoveClient();
            Interlocked.Decrement(ref _count);
        }
    }

    private bool TryEnter(Quota? quota)
    {
        if (Interlocked.Increment(ref _count) <= options.MaxClients + SpareOfAll
            && quota?.TryAddClient(options.MaxClientsPerAddress == 0 ? 0 : options.MaxClientsPerAddress + SpareOfAddress) != false)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    private void EndIfSilent(ConnectionContext connection, PortFeature port)
    {
        if (!port.HasSpoken)
        {
            counters.ConnectionSilent();
            connection.Abort();
        }
    }
}
