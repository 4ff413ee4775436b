using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace OhlcvConnector.Server;

/// <summary>Identity of the server.</summary>
/// <param name="IsSandbox">True when its exchanges are simulated; then every output says so.</param>
internal sealed record ServerIdentity(bool IsSandbox)
{
    /// <summary>The version.</summary>
    public static string Version { get; } =
        typeof(ServerIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Marks an HTTP answer if the exchanges are simulated.</summary>
    public void Mark(HttpResponse response)
    {
        if (IsSandbox)
        {
            response.Headers["X-Sandbox"] = "true";
        }
    }
}
