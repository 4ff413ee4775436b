using System.Globalization;
using OhlcvConnector.Domain;
using StackExchange.Redis;

namespace OhlcvConnector.Messaging.Redis;

/// <summary>The address of a Redis server as settings name it: <c>redis://user:password@host:6379/0</c>, <c>rediss://</c> for TLS.</summary>
public sealed class RedisAddress
{
    private const int DefaultPort = 6379;

    private RedisAddress(string shown, ConfigurationOptions configuration) => (Shown, Configuration) = (shown, configuration);

    /// <summary>The address for people: without user and password.</summary>
    public string Shown { get; }

    internal ConfigurationOptions Configuration { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidSettingException">It is none; the message says what would be, and holds no password.</exception>
    public static RedisAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0 || uri.Query.Length > 0)
        {
            throw new InvalidSettingException("This is no address of Redis. Write redis://host:6379, redis://user:password@host:6379/0, or rediss:// for TLS; %40 is an @ in a password.");
        }

        var database = 0;
        var path = uri.AbsolutePath.Trim('/');
        if (path.Length > 0 && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database))
        {
            throw new InvalidSettingException($"The database '{path}' of this address of Redis is no number. Write one such as redis://host:6379/0.");
        }

        var port = uri.Port > 0 ? uri.Port : DefaultPort;
        var who = uri.UserInfo.Split(':', 2);
        var configuration = new ConfigurationOptions
        {
            AbortOnConnectFail = false, // it may come later
            BacklogPolicy = BacklogPolicy.FailFast, // what waits, waits on disk
            ClientName = "OhlcvConnector",
            DefaultDatabase = database,
            Ssl = uri.Scheme == "rediss",
            SslHost = uri.Scheme == "rediss" ? uri.Host : null,
            User = who.Length == 2 && who[0].Length > 0 ? Uri.UnescapeDataString(who[0]) : null,
            Password = who.Length == 2 ? Uri.UnescapeDataString(who[1]) : null,
        };
        configuration.EndPoints.Add(uri.Host, port);
        return new RedisAddress($"{uri.Scheme}://{(who.Length == 2 ? "***@" : "")}{uri.Host}:{port}/{database}", configuration);
    }

    /// <summary>Returns <see cref="Shown"/>.</summary>
    public override string ToString() => Shown;
}
