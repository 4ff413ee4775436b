using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>Addresses of a NATS cluster as settings name them: <c>nats://user:password@host:4222</c>, several with commas between them.</summary>
internal sealed record NatsAddress(string Servers, string Shown, string? User, string? Password)
{
    private const int DefaultPort = 4222;

    /// <summary>Reads addresses.</summary>
    /// <exception cref="InvalidSettingException">A text is none; the message says what would be, and holds no password.</exception>
    public static NatsAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var servers = new List<string>();
        var shown = new List<string>();
        string? user = null;
        string? password = null;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(part, UriKind.Absolute, out var uri) || uri.Scheme is not ("nats" or "tls") || uri.Host.Length == 0 || uri.AbsolutePath.Trim('/').Length > 0 || uri.Query.Length > 0)
            {
                throw new InvalidSettingException(
                    "This is no address of NATS. Write nats://host:4222, nats://user:password@host:4222, or tls:// for TLS; several with commas; %40 is an @ in a password.");
            }

            var who = uri.UserInfo.Split(':', 2);
            if (who[0].Length > 0)
            {
                (user, password) = (Uri.UnescapeDataString(who[0]), who.Length == 2 ? Uri.UnescapeDataString(who[1]) : null);
            }

            var port = uri.Port > 0 ? uri.Port : DefaultPort;
            servers.Add($"{uri.Scheme}://{uri.Host}:{port}");
            shown.Add($"{uri.Scheme}://{(who[0].Length > 0 ? "***@" : "")}{uri.Host}:{port}");
        }

        return servers.Count > 0
            ? new NatsAddress(string.Join(',', servers), string.Join(',', shown), user, password)
            : throw new InvalidSettingException("The address of NATS is empty. Write nats://host:4222.");
    }

    /// <summary>Returns <see cref="Shown"/>.</summary>
    public override string ToString() => Shown;
}
