using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using OhlcvConnector.Domain;
using IPNetwork = System.Net.IPNetwork;

namespace OhlcvConnector.Server.Hosting;

/// <summary>The proxies whose word for a client's address is believed.</summary>
internal sealed class TrustedProxies
{
    private readonly List<IPNetwork> _networks;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidSettingException">A setting is no address or network.</exception>
    public TrustedProxies(ServerOptions options) => _networks = [.. options.TrustedProxies.Select(Read)];

    /// <summary>Returns true when an address belongs to one of these proxies.</summary>
    public bool Contains(IPAddress? address) =>
        address is not null && _networks.Exists(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    /// <summary>Replaces the address of a request that a trusted proxy sent by the address that the proxy says it comes from (X-Forwarded-For).</summary>
    public void Use(WebApplication application)
    {
        if (_networks.Count == 0)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in _networks)
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        application.UseForwardedHeaders(forwarded);
    }

    private static IPNetwork Read(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, 8 * address.GetAddressBytes().Length)
        : throw new InvalidSettingException(
            $"{nameof(ServerOptions.TrustedProxies)} has '{text}'; write an address or a network, such as 10.0.0.1 or 10.0.0.0/8.");
}
