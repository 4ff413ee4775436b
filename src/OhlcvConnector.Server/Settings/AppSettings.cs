using System.Globalization;
using Microsoft.Extensions.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Server.Settings;

/// <summary>Reads <c>appsettings.json</c>, the section <c>Server</c> by the names of <see cref="ServerOptions"/>; times in seconds; the section <c>Connector</c> likewise. An unknown name is an error.</summary>
internal static class AppSettings
{
    private static readonly Dictionary<string, Action<ServerOptions, string>> Setters = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(ServerOptions.Host)] = (options, text) => options.Host = text,
        [nameof(ServerOptions.Port)] = (options, text) => options.Port = Whole(text),
        [nameof(ServerOptions.HealthEnabled)] = (options, text) => options.HealthEnabled = Truth(text),
        [nameof(ServerOptions.HealthPort)] = (options, text) => options.HealthPort = Whole(text),
        [nameof(ServerOptions.StrictReadiness)] = (options, text) => options.StrictReadiness = Truth(text),
        [nameof(ServerOptions.Legacy)] = (options, text) => options.Legacy = Truth(text),
        [nameof(ServerOptions.CertificatePath)] = (options, text) => options.CertificatePath = text,
        [nameof(ServerOptions.CertificateKeyPath)] = (options, text) => options.CertificateKeyPath = text,
        [nameof(ServerOptions.SubscribeTimeout)] = (options, text) => options.SubscribeTimeout = Seconds(text),
        [nameof(ServerOptions.RequestTimeout)] = (options, text) => options.RequestTimeout = Seconds(text),
        [nameof(ServerOptions.RestAnswerTimeout)] = (options, text) => options.RestAnswerTimeout = Seconds(text),
        [nameof(ServerOptions.IdleTimeout)] = (options, text) => options.IdleTimeout = Seconds(text),
        [nameof(ServerOptions.Grace)] = (options, text) => options.Grace = Seconds(text),
        [nameof(ServerOptions.StaleAfter)] = (options, text) => options.StaleAfter = Seconds(text),
        [nameof(ServerOptions.Memory)] = (options, text) => options.Memory = Whole(text),
        [nameof(ServerOptions.ClosedQueueCapacity)] = (options, text) => options.ClosedQueueCapacity = Whole(text),
        [nameof(ServerOptions.WriteTimeout)] = (options, text) => options.WriteTimeout = Seconds(text),
        [nameof(ServerOptions.PingInterval)] = (options, text) => options.PingInterval = Seconds(text),
        [nameof(ServerOptions.PingTimeout)] = (options, text) => options.PingTimeout = Seconds(text),
        [nameof(ServerOptions.HeartbeatInterval)] = (options, text) => options.HeartbeatInterval = Seconds(text),
        [nameof(ServerOptions.StopTimeout)] = (options, text) => options.StopTimeout = Seconds(text),
        [nameof(ServerOptions.MaxClients)] = (options, text) => options.MaxClients = Whole(text),
        [nameof(ServerOptions.MaxClientsPerAddress)] = (options, text) => options.MaxClientsPerAddress = Whole(text),
        [nameof(ServerOptions.MaxClientsPerKey)] = (options, text) => options.MaxClientsPerKey = Whole(text),
        [nameof(ServerOptions.MaxSubscriptions)] = (options, text) => options.MaxSubscriptions = Whole(text),
        [nameof(ServerOptions.MaxSubscriptionsPerKey)] = (options, text) => options.MaxSubscriptionsPerKey = Whole(text),
        [nameof(ServerOptions.MaxSeriesPerClient)] = (options, text) => options.MaxSeriesPerClient = Whole(text),
        [nameof(ServerOptions.MessagesPerMinute)] = (options, text) => options.MessagesPerMinute = Whole(text),
        [nameof(ServerOptions.MessagesPerMinutePerAddress)] = (options, text) => options.MessagesPerMinutePerAddress = Whole(text),
        [nameof(ServerOptions.MaxMessageBytes)] = (options, text) => options.MaxMessageBytes = Whole(text),
        [nameof(ServerOptions.Upstream)] = (options, text) => options.Upstream = text,
        [nameof(ServerOptions.UpstreamRest)] = (options, text) => options.UpstreamRest = text,
        [nameof(ServerOptions.UpstreamKey)] = (options, text) => options.UpstreamKey = text,
        [nameof(ServerOptions.KeysPath)] = (options, text) => options.KeysPath = text,
        [nameof(ServerOptions.Archive)] = (options, text) => options.Archive = text,
    };

    private static readonly Dictionary<string, Func<ServerOptions, IList<string>>> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(ServerOptions.Preload)] = options => options.Preload,
        [nameof(ServerOptions.AllowedOrigins)] = options => options.AllowedOrigins,
        [nameof(ServerOptions.CorsOrigins)] = options => options.CorsOrigins,
        [nameof(ServerOptions.TrustedProxies)] = options => options.TrustedProxies,
    };

    /// <summary>Adds to a list of the server by a text, in which blanks separate; false when there is no such list.</summary>
    public static bool TryAdd(ServerOptions options, string name, string text)
    {
        if (!Lists.TryGetValue(name, out var list))
        {
            return false;
        }

        foreach (var item in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            list(options).Add(item);
        }

        return true;
    }

    /// <summary>The names of lists.</summary>
    public static IEnumerable<string> ListNames => Lists.Keys;

    /// <summary>The names that can be set by one text.</summary>
    public static IEnumerable<string> Names => Setters.Keys;

    /// <summary>Sets what the file says: its sections are the server's and the connector's, and there are no others.</summary>
    /// <exception cref="InvalidSettingException">A name is unknown, or a value is of the wrong kind.</exception>
    public static void Apply(IConfiguration file, ServerOptions options, ConnectorOptions connector)
    {
        foreach (var section in file.GetChildren())
        {
            switch (section.Key.ToUpperInvariant())
            {
                case "SERVER":
                    Apply(section, options);
                    break;
                case "CONNECTOR":
                    ConnectorConfiguration.Apply(section, connector);
                    break;
                default:
                    throw new InvalidSettingException($"appsettings.json: there is no section '{section.Key}'; {Nearest.Words(section.Key, ["Server", "Connector"])}");
            }
        }
    }

    /// <summary>Sets what the server's section says.</summary>
    /// <exception cref="InvalidSettingException">A name is unknown, or a value is of the wrong kind.</exception>
    public static void Apply(IConfigurationSection section, ServerOptions options)
    {
        if (section.Value is { Length: > 0 } text)
        {
            throw new InvalidSettingException($"appsettings.json: '{section.Path}' is '{text}'; it must be a section of settings.");
        }

        foreach (var entry in section.GetChildren())
        {
            if (Lists.TryGetValue(entry.Key, out var list))
            {
                Fill(entry, list(options));
            }
            else if (!Setters.ContainsKey(entry.Key))
            {
                throw new InvalidSettingException($"appsettings.json: there is no setting '{entry.Path}'; {Nearest.Words(entry.Key, [.. Setters.Keys, .. Lists.Keys])}");
            }
            else if (entry.GetChildren().Any())
            {
                throw new InvalidSettingException($"appsettings.json: '{entry.Path}' is a list or a section; it must be one value.");
            }
            else if (entry.Value is { Length: > 0 } value) // null: the default stays
            {
                Set(options, $"appsettings.json: '{entry.Path}'", entry.Key, value);
            }
        }
    }

    /// <summary>Sets one setting of the server by a text.</summary>
    /// <exception cref="InvalidSettingException">The text is of the wrong kind.</exception>
    public static void Set(ServerOptions options, string where, string name, string text)
    {
        try
        {
            Setters[name](options, text);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            var kind = typeof(ServerOptions).GetProperty(Setters.Keys.First(key => key.Equals(name, StringComparison.OrdinalIgnoreCase)))!.PropertyType;
            throw new InvalidSettingException($"{where} is '{text}'; it must be {(kind == typeof(int) ? "a whole number" : kind == typeof(bool) ? "true or false" : "a number of seconds")}.");
        }
    }

    private static void Fill(IConfigurationSection entry, IList<string> list)
    {
        if (entry.Value is { Length: > 0 } text)
        {
            throw new InvalidSettingException($"appsettings.json: '{entry.Path}' is '{text}'; it must be a list, such as [\"{text}\"].");
        }

        foreach (var item in entry.GetChildren())
        {
            list.Add(item.Value ?? throw new InvalidSettingException($"appsettings.json: '{item.Path}' is no text; '{entry.Path}' must be a list of texts."));
        }
    }

    private static bool Truth(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" or "YES" or "ON" => true,
        "FALSE" or "0" or "NO" or "OFF" => false,
        _ => throw new FormatException(),
    };

    private static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture));
}
