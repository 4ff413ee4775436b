using System.Net;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Rest;

/// <summary>
/// Decides who may change something: with keys, whoever shows one of the role <c>trade</c> or <c>admin</c>; without, programs of this machine. A web page that
/// somebody of this machine has open must not do it in his name: neither from another origin, nor by a name of its own that it points at this machine (DNS
/// rebinding).
/// </summary>
internal sealed class WriteGuard(ConnectionGate gate, ServerOptions options)
{
    private static readonly string[] SignsOfProxies = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"];

    /// <summary>Returns why a request may change nothing; null when it may.</summary>
    /// <param name="context">The request.</param>
    /// <param name="role">The least role that its key must have.</param>
    public string? ProblemOf(HttpContext context, KeyRole role = KeyRole.Trade) =>
        ProblemOfHost(context.Request.Host) ?? ProblemOfPage(context.Request) ?? ProblemOfAsker(context, role);

    private string? ProblemOfHost(HostString host) =>
        (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && (options.KeysPath is not null || IPAddress.IsLoopback(address)))
        || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || options.WriteHosts.Contains(host.Host, StringComparer.OrdinalIgnoreCase) ? null
        : $"This server changes nothing under the name '{V1Reader.Shown(host.Host)}'. If it is one of its own, put it into {nameof(options.WriteHosts)}.";

    private string? ProblemOfPage(HttpRequest request)
    {
        var origins = request.Headers.Origin;
        if (origins.Count == 0)
        {
            return request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" ? "Another web page may change nothing here." : null;
        }

        return origins is [{ } origin] && (Origins.IsOwn(origin, request.Host) || options.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
            ? null
            : $"The web page '{V1Reader.Shown(origins.ToString())}' may change nothing here. If it is your own, put it into {nameof(options.CorsOrigins)}.";
    }

    private string? ProblemOfAsker(HttpContext context, KeyRole role)
    {
        if (options.KeysPath is null)
        {
            return !IsOfThisMachine(context)
                ? $"Without API keys, this server changes nothing for other machines. Make one: connector-cli keys add NAME --role {KeyRole.Trade.Name()}."
                : null;
        }

        var has = gate.KeyOf(context)?.Role;
        return has >= role ? null
            : has >= KeyRole.Trade ? $"This needs a key for everything. One is made with: connector-cli keys add NAME --role {KeyRole.Admin.Name()}."
            : $"This key may read alone. One that may change something is made with: connector-cli keys add NAME --role {role.Name()}.";
    }

    /// <summary>Whether a program of this machine asks, and not for somebody else, as a proxy does.</summary>
    private static bool IsOfThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        && !SignsOfProxies.Any(context.Request.Headers.ContainsKey);
}
