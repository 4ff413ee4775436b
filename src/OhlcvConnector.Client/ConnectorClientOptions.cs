using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>The settings of a <see cref="ConnectorClient"/>, with their defaults. Wrong values are named, with their range, when the client is made.</summary>
public sealed class ConnectorClientOptions
{
    /// <summary>
    /// The servers' WebSocket addresses, such as <c>ws://10.0.0.5:8765</c>, in the order in which they are tried. One is connected at a time; the next one
    /// takes over where it fails. At least one. All must serve the same exchanges, and either all real ones or all simulated ones.
    /// </summary>
    public IList<Uri> Servers { get; } = [];

    /// <summary>
    /// Addresses of the servers' REST, such as <c>http://10.0.0.5:8766</c>, one for each of <see cref="Servers"/>. Empty: the port after the WebSocket's, or
    /// the same address where that has no port of its own, as behind a proxy that routes by path.
    /// </summary>
    public IList<Uri> RestServers { get; } = [];

    /// <summary>The API key, sent as the header <c>X-Api-Key</c>; null for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// Number of times in a row that a connection may fail before reading ends with an <see cref="ExchangeUnavailableException"/>; 0 to try for ever. 0 to
    /// 1,000,000.
    /// </summary>
    public int ConnectAttempts { get; set; }

    /// <summary>The pause before the second attempt to connect; it doubles with each one, up to <see cref="ReconnectDelayMax"/>. 10 ms to 1 h.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause between two attempts to connect. <see cref="ReconnectDelay"/> to 1 h.</summary>
    public TimeSpan ReconnectDelayMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time that a connection may take to be made. 100 ms to 10 min.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest time that a server may say nothing before its connection counts as dead; it says something every 15 s by its default. 1 s to 1 h.
    /// </summary>
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Longest time that one REST request may take. 1 s to 1 h.</summary>
    public TimeSpan RestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Number of times that a REST request is sent before it fails, over all servers. 1 to 100.</summary>
    public int RestAttempts { get; set; } = 4;

    /// <summary>
    /// Closed candles and notices of one feed that may wait for its reader. With one more the connection is ended; what waits is delivered, then a new
    /// connection resumes after it, so that nothing is lost. 10 to 1,000,000.
    /// </summary>
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>The clock that waits are measured with.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Adds servers as they are written in one setting: <c>ws://a:8765,ws://b:8765</c>.</summary>
    /// <param name="servers">Addresses, with commas between them.</param>
    /// <param name="setting">The name of the setting, for the error.</param>
    /// <exception cref="InvalidSettingException">An address is none of a server.</exception>
    public void AddServers(string servers, string setting = nameof(Servers)) => Add(Servers, servers, setting, "ws", "wss");

    /// <summary>Adds addresses of REST as they are written in one setting: <c>http://a:8766,http://b:8766</c>.</summary>
    /// <param name="servers">Addresses, with commas between them.</param>
    /// <param name="setting">The name of the setting, for the error.</param>
    /// <exception cref="InvalidSettingException">An address is none of a server.</exception>
    public void AddRestServers(string servers, string setting = nameof(RestServers)) => Add(RestServers, servers, setting, "http", "https");

    /// <summary>Checks all settings.</summary>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public void Validate()
    {
        if (Servers.Count == 0)
        {
            throw new InvalidSettingException($"{nameof(Servers)} is empty; name a server, such as ws://127.0.0.1:8765.");
        }

        foreach (var server in Servers)
        {
            Check(server, server.OriginalString, nameof(Servers), "ws", "wss");
        }

        foreach (var server in RestServers)
        {
            Check(server, server.OriginalString, nameof(RestServers), "http", "https");
        }

        if (RestServers.Count > 0 && RestServers.Count != Servers.Count)
        {
            throw new InvalidSettingException(
                $"{nameof(RestServers)} has {RestServers.Count} addresses, and {nameof(Servers)} {Servers.Count}; name one for each, or none.");
        }

        Within(ConnectAttempts, nameof(ConnectAttempts), 0, 1_000_000);
        Within(RestAttempts, nameof(RestAttempts), 1, 100);
        Within(QueueCapacity, nameof(QueueCapacity), 10, 1_000_000);
        Within(ReconnectDelay, nameof(ReconnectDelay), 0.01);
        Within(ReconnectDelayMax, nameof(ReconnectDelayMax), ReconnectDelay.TotalSeconds);
        Within(ConnectTimeout, nameof(ConnectTimeout), 0.1, 600);
        Within(SilenceTimeout, nameof(SilenceTimeout), 1);
        Within(RestTimeout, nameof(RestTimeout), 1);
    }

    /// <summary>Returns the REST address of each server.</summary>
    internal IReadOnlyList<Uri> RestAddresses() => RestServers.Count > 0 ? [.. RestServers] : [.. Servers.Select(RestOf)];

    private static Uri RestOf(Uri server) => new UriBuilder(server)
    {
        Scheme = server.Scheme == "wss" ? "https" : "http",
        Port = server.IsDefaultPort ? -1 : server.Port + 1,
    }.Uri;

    private static void Add(IList<Uri> list, string servers, string setting, params string[] schemes)
    {
        foreach (var text in servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            list.Add(Check(Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : null, text, setting, schemes));
        }

        if (list.Count == 0)
        {
            throw new InvalidSettingException($"{setting} is '{servers}'; write an address such as {Example(schemes)}, or several with commas between them.");
        }
    }

    private static Uri Check(Uri? address, string text, string setting, params string[] schemes) =>
        address is { IsAbsoluteUri: true, Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0, Port: < 65_535 }
            && schemes.Contains(address.Scheme)
            ? address
            : throw new InvalidSettingException($"{setting} is '{text}'; it must be an address such as {Example(schemes)}.");

    private static string Example(string[] schemes) => schemes[0] == "ws" ? "ws://127.0.0.1:8765 or wss://host" : "http://127.0.0.1:8766 or https://host";

    private static void Within(int value, string name, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new InvalidSettingException($"{name} is {value}; it must be from {least} to {most}.");
        }
    }

    private static void Within(TimeSpan value, string name, double least, double most = 3600)
    {
        if (value.TotalSeconds < least || value.TotalSeconds > most)
        {
            throw new InvalidSettingException(FormattableString.Invariant($"{name} is {value.TotalSeconds} s; it must be from {least} to {most} s."));
        }
    }
}
