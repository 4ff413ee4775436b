using Confluent.Kafka;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Kafka;

/// <summary>
/// The address of a Kafka cluster as settings name it: <c>kafka://host:9092,host:9092</c>, <c>kafka://user:password@host:9092</c> (SASL/PLAIN, over TLS).
/// </summary>
public sealed class KafkaAddress
{
    private const string Scheme = "kafka://";
    private const int DefaultPort = 9092;

    private KafkaAddress(string servers, string? user, string? password) => (Servers, User, Password) = (servers, user, password);

    /// <summary>The address for people: without user and password.</summary>
    public string Shown => $"{Scheme}{(User is null ? "" : "***@")}{Servers}";

    internal string Servers { get; }

    private string? User { get; }

    private string? Password { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidSettingException">It is none; the message says what would be, and holds no password.</exception>
    public static KafkaAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..].TrimEnd('/') : "";
        string? user = null;
        string? password = null;
        if (rest.LastIndexOf('@') is >= 0 and var at)
        {
            var who = rest[..at].Split(':', 2);
            (user, password) = who.Length == 2 ? (Uri.UnescapeDataString(who[0]), Uri.UnescapeDataString(who[1])) : throw Wrong();
            rest = rest[(at + 1)..];
        }

        var servers = rest.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (servers.Length == 0 || !servers.All(server => Uri.TryCreate($"tcp://{server}", UriKind.Absolute, out var uri) && uri.AbsolutePath == "/" && uri.Query.Length == 0))
        {
            throw Wrong();
        }

        return new KafkaAddress(string.Join(',', servers.Select(server => server.Contains(':', StringComparison.Ordinal) ? server : $"{server}:{DefaultPort}")), user, password);
    }

    /// <summary>Returns <see cref="Shown"/>.</summary>
    public override string ToString() => Shown;

    /// <summary>Adds where it is and who we are there.</summary>
    internal T To<T>(T configuration)
        where T : ClientConfig
    {
        configuration.BootstrapServers = Servers;
        configuration.ClientId = "OhlcvConnector";
        if (User is not null)
        {
            (configuration.SecurityProtocol, configuration.SaslMechanism) = (SecurityProtocol.SaslSsl, SaslMechanism.Plain);
            (configuration.SaslUsername, configuration.SaslPassword) = (User, Password);
        }

        return configuration;
    }

    private static InvalidSettingException Wrong() =>
        new("This is no address of Kafka. Write kafka://host:9092, several with commas, or kafka://user:password@host:9092; %40 is an @ in a password.");
}
