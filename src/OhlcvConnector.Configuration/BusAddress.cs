using System.Globalization;
using System.Web;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Kafka;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Messaging.Redis;

namespace OhlcvConnector.Configuration;

/// <summary>
/// A bus as settings name it, with what it is to be like behind a question mark: <c>nats://host:4222?stream=OHLCV&amp;max_age=30</c>, <c>redis://host:6379</c>,
/// <c>kafka://host:9092</c>.
/// </summary>
public static class BusAddress
{
    private const string Known = "stream, credentials, ca, max_per_series, max_age (days), max_bytes, replicas";
    private const int MostReplicas = 5;
    private const int MostDays = 106_751; // JetStream counts an age in nanoseconds, 64 bits of them

    /// <summary>Whether a text names a bus on NATS.</summary>
    public static bool IsNats(string? text) =>
        text is not null && (text.StartsWith("nats://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("tls://", StringComparison.OrdinalIgnoreCase));

    /// <summary>Checks an address of a bus that is published to, as far as that can be done without asking it.</summary>
    /// <param name="setting">The setting that names it, for the message.</param>
    /// <param name="text">The address.</param>
    /// <exception cref="InvalidSettingException">It is none; the message holds no password.</exception>
    public static void Check(string setting, string text) => Open(setting, text, isSimulated: false).DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Checks what a server's settings say of a bus.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="InvalidSettingException">Something is wrong; the message names the setting.</exception>
    internal static void Check(ServerOptions options)
    {
        if (IsNats(options.Upstream))
        {
            Source(nameof(options.Upstream), options.Upstream!);
        }

        if (options.Bus is null == options.BusSeries.Count > 0)
        {
            throw new InvalidSettingException(
                $"{nameof(options.Bus)} says where to, and {nameof(options.BusSeries)} what is published: set both, or neither.");
        }

        if (options.Bus is not null)
        {
            Check(nameof(options.Bus), options.Bus);
        }

        foreach (var text in options.BusSeries)
        {
            MarketSeries.Read(nameof(options.BusSeries), text);
        }
    }

    /// <summary>The bus of an address; nothing is connected yet.</summary>
    /// <param name="setting">The setting that names it, for messages.</param>
    /// <param name="text">The address.</param>
    /// <param name="isSimulated">True for candles of no real market; they are labelled, and never mixed with live ones.</param>
    /// <param name="loggers">Takes the log; null for no log.</param>
    /// <exception cref="InvalidSettingException">It is none; the message holds no password.</exception>
    public static IQuoteSink Open(string setting, string text, bool isSimulated, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Named(setting, () =>
            IsNats(text) ? new NatsQuoteSink(Nats(text, isSimulated), loggers)
            : text.StartsWith("redis", StringComparison.OrdinalIgnoreCase) ? new RedisQuoteSink(RedisAddress.Parse(text), isSimulated)
            : text.StartsWith("kafka://", StringComparison.OrdinalIgnoreCase) ? (IQuoteSink)new KafkaQuoteSink(KafkaAddress.Parse(text), isSimulated)
            : throw new InvalidSettingException("This is no address of a bus. Write nats://host:4222, redis://host:6379 or kafka://host:9092."));
    }

    /// <summary>The settings by which a bus is read.</summary>
    /// <param name="setting">The setting that names it, for messages.</param>
    /// <param name="text">The address, of NATS.</param>
    /// <exception cref="InvalidSettingException">It is none; the message holds no password.</exception>
    public static NatsBusOptions Source(string setting, string text) => Named(setting, () => Nats(text, isSimulated: false));

    private static T Named<T>(string setting, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidSettingException exception)
        {
            throw new InvalidSettingException($"{setting}: {exception.Message}");
        }
    }

    private static NatsBusOptions Nats(string text, bool isSimulated)
    {
        var parts = text.Split('?', 2);
        var options = new NatsBusOptions { Address = parts[0], IsSandbox = isSimulated };
        var query = HttpUtility.ParseQueryString(parts.Length == 2 ? parts[1] : "");
        foreach (var name in query.AllKeys)
        {
            var value = query[name] ?? "";
            switch (name)
            {
                case "stream":
                    options.Stream = value;
                    break;
                case "credentials":
                    options.CredentialsPath = value;
                    break;
                case "ca":
                    options.CertificateAuthorityPath = value;
                    break;
                case "max_per_series":
                    options.MaxPerSeries = Whole(name, value);
                    break;
                case "max_age":
                    options.MaxAge = TimeSpan.FromDays(Whole(name, value, MostDays));
                    break;
                case "max_bytes":
                    options.MaxBytes = Whole(name, value);
                    break;
                case "replicas":
                    options.Replicas = (int)Whole(name, value, MostReplicas);
                    break;
                default:
                    throw new InvalidSettingException($"'{name}' is nothing that an address of NATS can say behind its question mark; that is {Known}.");
            }
        }

        options.Validate();
        return options;
    }

    private static long Whole(string name, string value, long most = long.MaxValue) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new InvalidSettingException($"'{name}={value}' is no whole number that can be meant.");
}
