using System.Collections.Concurrent;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Connections;

/// <summary>Registry of the clients that are connected: counts them, ticks them, tells them what concerns all, and ends them at the stop.</summary>
internal sealed class ClientRegistry(ServerOptions options, Hub hub)
{
    private readonly ConcurrentDictionary<ClientConnection, byte> _clients = new();
    private int _count;

    /// <summary>True when the server stops: no client is taken any more.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Number of clients that are connected.</summary>
    public int Count => _clients.Count;

    /// <summary>Takes a client unless there are too many.</summary>
    public bool TryReserve()
    {
        if (IsStopping)
        {
            return false;
        }

        if (Interlocked.Increment(ref _count) <= options.MaxClients)
        {
            return true;
        }

        Free();
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Free() => Interlocked.Decrement(ref _count);

    /// <summary>Adds a client that was taken.</summary>
    public void Add(ClientConnection client)
    {
        _clients.TryAdd(client, 0);
        hub.Counters.ClientJoined();
        if (IsStopping)
        {
            client.Stop();
        }
    }

    /// <summary>Removes a client.</summary>
    public void Remove(ClientConnection client)
    {
        if (_clients.TryRemove(client, out _))
        {
            hub.Counters.ClientLeft();
        }
    }

    /// <summary>Tells all that the exchange refused a series.</summary>
    public void OnRefused(SeriesChannel channel)
    {
        foreach (var client in _clients.Keys)
        {
            client.Session?.OnRefused(channel);
        }
    }

    /// <summary>Ticks each client, which looks whether it is alive, idle or too slow. Called every second.</summary>
    public void Tick()
    {
        foreach (var client in _clients.Keys)
        {
            client.OnTick();
        }
    }

    /// <summary>Takes no more clients, and tells all to go: what waits for them still leaves.</summary>
    public void Stop()
    {
        IsStopping = true;
        foreach (var client in _clients.Keys)
        {
            client.Stop();
        }
    }
}
