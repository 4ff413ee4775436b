using System.Collections.Concurrent;
using System.Net;

namespace OhlcvConnector.Server.Connections;

/// <summary>Quotas of all addresses and keys: what each uses at present.</summary>
internal sealed class Quotas(ServerOptions options)
{
    private const int SweepAt = 1_000;

    private readonly ConcurrentDictionary<string, Quota> _quotas = new(StringComparer.Ordinal);

    /// <summary>The quota of an address; null for loopback, which is not limited. Addresses of IPv6 count by their /64.</summary>
    public Quota? OfAddress(IPAddress? address)
    {
        if (address is null || IPAddress.IsLoopback(address))
        {
            return null;
        }

        return Of(NameOf(address));
    }

    /// <summary>The bare connections of an address; null for loopback.</summary>
    public Quota? OfConnections(IPAddress? address) => address is null || IPAddress.IsLoopback(address) ? null : Of("connections " + NameOf(address));

    /// <summary>The quota of a key; null without one.</summary>
    public Quota? OfKey(string? keyId) => keyId is null ? null : Of("key " + keyId);

    /// <summary>
    /// Returns the quota of all connections of a client, which counts the series that they follow: those with its key, or without one those from its address,
    /// be it this machine's own.
    /// </summary>
    public Quota OfFollower(string? keyId, IPAddress? address) => Of(keyId is not null ? "follower key " + keyId : "follower " + NameOf(address));

    /// <summary>What an address is counted as: IPv6 by its /64.</summary>
    public static string NameOf(IPAddress? address)
    {
        if (address is null || IPAddress.IsLoopback(address))
        {
            return "loopback";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        return "address " + Convert.ToHexString(bytes.AsSpan(0, Math.Min(8, bytes.Length)));
    }

    private Quota Of(string name)
    {
        if (_quotas.Count > SweepAt)
        {
            foreach (var (idle, _) in _quotas.Where(pair => pair.Value.IsIdle))
            {
                _quotas.TryRemove(idle, out _);
            }
        }

        return _quotas.GetOrAdd(name, static (_, clock) => new Quota(clock), options.TimeProvider);
    }
}
