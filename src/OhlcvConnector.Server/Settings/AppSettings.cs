using System.Globalization;
using Microsoft.Extensions.Configuration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Settings;

/// <summary>Reads the section <c>Server</c> of <c>appsettings.json</c>: the names of <see cref="ServerOptions"/>; times in seconds. An unknown name is an error.</summary>
internal static class AppSettings
{
    private static readonly Dictionary<string, Action<ServerOptions, string>> Setters = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(ServerOptions.Host)] = (options, text) => options.Host = text,
        [nameof(ServerOptions.Port)] = (options, text) => options.Port = Whole(text),
        [nameof(ServerOptions.HealthEnabled)] = (options, text) => options.HealthEnabled = bool.Parse(text),
        [nameof(ServerOptions.HealthPort)] = (options, text) => options.HealthPort = Whole(text),
        [nameof(ServerOptions.StrictReadiness)] = (options, text) => options.StrictReadiness = bool.Parse(text),
        [nameof(ServerOptions.Legacy)] = (options, text) => options.Legacy = bool.Parse(text),
        [nameof(ServerOptions.CertificatePath)] = (options, text) => options.CertificatePath = text,
        [nameof(ServerOptions.CertificateKeyPath)] = (options, text) => options.CertificateKeyPath = text,
        [nameof(ServerOptions.SubscribeTimeout)] = (options, text) => options.SubscribeTimeout = Seconds(text),
        [nameof(ServerOptions.RequestTimeout)] = (options, text) => options.RequestTimeout = Seconds(text),
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
        [nameof(ServerOptions.KeysPath)] = (options, text) => options.KeysPath = text,
    };

    private static readonly Dictionary<string, Func<ServerOptions, IList<string>>> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(ServerOptions.Preload)] = options => options.Preload,
        [nameof(ServerOptions.AllowedOrigins)] = options => options.AllowedOrigins,
        [nameof(ServerOptions.TrustedProxies)] = options => options.TrustedProxies,
    };

    /// <summary>Sets what the section says.</summary>
    /// <exception cref="InvalidSettingException">A name is unknown, or a value is of the wrong kind.</exception>
    public static void Apply(IConfigurationSection section, ServerOptions options)
    {
        foreach (var entry in section.GetChildren())
        {
            if (Lists.TryGetValue(entry.Key, out var list))
            {
                foreach (var item in entry.GetChildren().Select(child => child.Value).OfType<string>())
                {
                    list(options).Add(item);
                }
            }
            else if (Setters.TryGetValue(entry.Key, out var set))
            {
                Set(entry, options, set);
            }
            else
            {
                throw new InvalidSettingException($"appsettings.json: there is no setting '{entry.Path}'. There are {string.Join(", ", Setters.Keys.Concat(Lists.Keys))}.");
            }
        }
    }

    private static void Set(IConfigurationSection entry, ServerOptions options, Action<ServerOptions, string> set)
    {
        if (entry.Value is not { Length: > 0 } text)
        {
            return; // null: the default stays
        }

        try
        {
            set(options, text);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new InvalidSettingException($"appsettings.json: '{entry.Path}' is '{text}': {exception.Message}");
        }
    }

    private static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture));
}
