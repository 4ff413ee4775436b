using System.Globalization;
using Microsoft.Extensions.Primitives;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.Connections;

/// <summary>
/// The offers of <c>permessage-deflate</c> in a handshake; RFC 7692, 7.1. The first that can be met is taken; one with a parameter that is unknown, doubled or
/// wrong is passed over, and without any the connection is as it would be without the extension.
/// </summary>
internal static class DeflateOffer
{
    private const string Name = "permessage-deflate";
    private const string ServerAlone = "server_no_context_takeover";
    private const string ClientAlone = "client_no_context_takeover";
    private const string ServerWindow = "server_max_window_bits";
    private const string ClientWindow = "client_max_window_bits";
    private const int LeastBits = 8;
    private const int MostBits = 15;

    /// <summary>Chooses an offer.</summary>
    /// <param name="extensions">The extensions that the client offers, header by header.</param>
    /// <returns>The packing of what is sent, and the extension as the answer says it; null where no offer can be met.</returns>
    public static (Packing Packing, string? Answer) Choose(StringValues extensions)
    {
        foreach (var header in extensions)
        {
            foreach (var offer in (header ?? "").Split(','))
            {
                var parts = offer.Split(';', StringSplitOptions.TrimEntries);
                if (parts[0] == Name && Read(parts.AsSpan(1)) is { } parameters)
                {
                    var isAlone = parameters.ContainsKey(ServerAlone);
                    // what clients send is inflated message by message, so that nothing is kept for a client between two of them
                    var answer = $"{Name}; {ClientAlone}{(isAlone ? $"; {ServerAlone}" : "")}"
                        + (parameters.ContainsKey(ServerWindow) ? $"; {ServerWindow}={FramePacker.WindowBits}" : "");
                    return (isAlone ? Packing.Alone : Packing.Window, answer);
                }
            }
        }

        return (Packing.None, null);
    }

    /// <summary>The parameters of an offer; null when it cannot be met.</summary>
    private static Dictionary<string, string?>? Read(ReadOnlySpan<string> parts)
    {
        var parameters = new Dictionary<string, string?>();
        foreach (var part in parts)
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = at < 0 ? (part, null) : (part[..at].TrimEnd(), Unquoted(part[(at + 1)..].TrimStart()));
            var isRight = name switch
            {
                ServerAlone or ClientAlone => value is null,
                ServerWindow => Bits(value) >= FramePacker.WindowBits,
                ClientWindow => value is null || Bits(value) is not null,
                _ => false,
            };
            if (!isRight || !parameters.TryAdd(name, value))
            {
                return null;
            }
        }

        return parameters;
    }

    private static string Unquoted(string value) => value.Length > 1 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;

    /// <summary>A size of a window: digits without a zero before them; null when it is none.</summary>
    private static int? Bits(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits is >= LeastBits and <= MostBits && value[0] != '0'
            ? bits
            : null;
}
