using System.Net;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Settings;

/// <summary>
/// The proxy that the environment names, as other clients read it: <c>https_proxy</c>, <c>http_proxy</c>, <c>all_proxy</c> and <c>no_proxy</c>, but for http in
/// upper case, too. This machine itself is never asked for by a proxy.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Dictionary<string, WebProxy> _byScheme = [];
    private readonly List<string> _none;

    private EnvironmentProxy(Func<string, string?> variable)
    {
        var all = Read(variable, "all_proxy", "ALL_PROXY");
        foreach (var (scheme, proxy) in new[] { ("https", Read(variable, "https_proxy", "HTTPS_PROXY") ?? all), ("http", Read(variable, "http_proxy") ?? all) }) // HTTP_PROXY is a request's header to a CGI
        {
            if (proxy is not null)
            {
                _byScheme.Add(scheme, proxy);
            }
        }

        _none = [.. (variable("no_proxy") ?? variable("NO_PROXY") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }

    /// <inheritdoc/>
    public ICredentials? Credentials { get; set; }

    /// <summary>The environment's proxy; null when it names none.</summary>
    /// <exception cref="InvalidSettingException">A variable is no address.</exception>
    public static EnvironmentProxy? Find(Func<string, string?> variable) => new EnvironmentProxy(variable) is { _byScheme.Count: > 0 } proxy ? proxy : null;

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        if (IsBypassed(destination) || Of(destination) is not { } proxy)
        {
            return null;
        }

        Credentials = proxy.Credentials;
        return proxy.Address;
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => host.IsLoopback || Of(host) is null || _none.Exists(entry => Matches(entry, host));

    private WebProxy? Of(Uri address) => _byScheme.GetValueOrDefault(address.Scheme is "https" or "wss" ? "https" : "http");

    private static bool Matches(string entry, Uri host)
    {
        if (entry == "*")
        {
            return true;
        }

        if (IPAddress.TryParse(host.DnsSafeHost, out var address))
        {
            return IPNetwork.TryParse(entry, out var network) ? network.Contains(address) : IPAddress.TryParse(entry, out var one) && one.Equals(address);
        }

        var (name, port) = entry.Split(':') is [var before, var after] ? (before, after) : (entry, null);
        name = name.TrimStart('*').TrimStart('.');
        return name.Length > 0
            && (port is null || port == host.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
            && (host.DnsSafeHost.Equals(name, StringComparison.OrdinalIgnoreCase) || host.DnsSafeHost.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));
    }

    private static WebProxy? Read(Func<string, string?> variable, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (variable(name) is { Length: > 0 } text)
            {
                var whole = text.Contains("://", StringComparison.Ordinal)
                    ? text.Replace("socks5h://", "socks5://", StringComparison.OrdinalIgnoreCase)
                    : "http://" + text;
                return Uri.TryCreate(whole, UriKind.Absolute, out var address) && address.Host.Length > 0
                    ? VenueRepositories.Proxy(address)
                    : throw new InvalidSettingException($"{name} is '{text}'; it must be an address, such as http://host:port or socks5://host:port.");
            }
        }

        return null;
    }
}
