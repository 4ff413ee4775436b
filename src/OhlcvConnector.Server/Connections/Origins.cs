using Microsoft.AspNetCore.Http;

namespace OhlcvConnector.Server.Connections;

/// <summary>Origins of pages, as browsers name them.</summary>
internal static class Origins
{
    /// <summary>Whether the page of an origin comes from the server itself, by the name under which it is asked.</summary>
    public static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && page.Scheme is "http" or "https"
        && page.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
