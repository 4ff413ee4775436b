using System.Globalization;
using OhlcvConnector.Client;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;

namespace OhlcvConnector.Configuration;

/// <summary>The one table of the server's settings.</summary>
public static partial class ServerSettings
{
    /// <summary>Table of all settings of <see cref="ServerOptions"/>.</summary>
    public static SettingTable<ServerOptions> Table { get; } = AddCluster(new SettingTable<ServerOptions>("CONNECTOR_WSS_")
        .Text(
            nameof(ServerOptions.Host), "an address", options => options.Host, (options, value) => options.Host = value,
            "Address to listen on, for WebSocket and health alike. Anything but loopback should have keys.")
        .Also(option: "--host")
        .Whole(nameof(ServerOptions.Port), 0, 65_535, options => options.Port, (options, value) => options.Port = value, "WebSocket port; 0 for any free one.")
        .Also(option: "--port", alias: "-p")
        .Switch(
            nameof(ServerOptions.HealthEnabled), options => options.HealthEnabled, (options, value) => options.HealthEnabled = value,
            "Whether health, metrics and REST are served.")
        .Also("CONNECTOR_WSS_HEALTH_CHECK_ENABLED")
        .Whole(
            nameof(ServerOptions.HealthPort), 0, 65_535, options => options.HealthPort, (options, value) => options.HealthPort = value,
            "Port of health, metrics and REST; 0 for any free one.")
        .Also("CONNECTOR_WSS_HEALTH_CHECK_PORT", "--health-port")
        .Switch(
            nameof(ServerOptions.StrictReadiness), options => options.StrictReadiness, (options, value) => options.StrictReadiness = value,
            "Whether `/ready` is 503 while anything is degraded, such as one exchange of several that is down; else only while this server cannot serve.")
        .Switch(
            nameof(ServerOptions.Legacy), options => options.Legacy, (options, value) => options.Legacy = value,
            "Whether the Python connector's clients are served: its protocol for who does not choose the new one, its words in health, and its "
            + "label values in metrics.")
        .Text(
            nameof(ServerOptions.CertificatePath), "a file", options => options.CertificatePath, (options, value) => options.CertificatePath = value,
            "A certificate for TLS, as PEM, on both ports.")
        .Text(
            nameof(ServerOptions.CertificateKeyPath), "a file", options => options.CertificateKeyPath, (options, value) => options.CertificateKeyPath = value,
            "The certificate's key, as PEM; none when the certificate's file holds it.")
        .Seconds(
            nameof(ServerOptions.SubscribeTimeout), 0.1, 3600, options => options.SubscribeTimeout,
            (options, value) => options.SubscribeTimeout = value,
            "How long a client may take to say what it wants.")
        .Seconds(
            nameof(ServerOptions.RequestTimeout), 1, 600, options => options.RequestTimeout, (options, value) => options.RequestTimeout = value,
            "How long an exchange may take over a client's request before that is answered without it.")
        .Seconds(
            nameof(ServerOptions.RestAnswerTimeout), 1, 600, options => options.RestAnswerTimeout, (options, value) => options.RestAnswerTimeout = value,
            "How long a REST request may take before it is answered with 504, or with as many candles as came in time.")
        .Seconds(
            nameof(ServerOptions.IdleTimeout), 0, TerminalSettings.MaxIdleSeconds, options => options.IdleTimeout,
            (options, value) => options.IdleTimeout = value,
            "How long a client may get no quote before it is told so and closed, in the first protocol; 0 for never.")
        .Also(TerminalSettings.IdleVariable)
        .Seconds(
            nameof(ServerOptions.UnsubscribeDelay), 0, 86_400, options => options.UnsubscribeDelay, (options, value) => options.UnsubscribeDelay = value,
            "How long a series is followed after its last subscriber left.")
        .Also(formerly: "Grace")
        .Seconds(
            nameof(ServerOptions.StaleAfter), 1, 3600, options => options.StaleAfter, (options, value) => options.StaleAfter = value,
            "How long after its end a close may be missing before its series counts as stale.")
        .List(
            nameof(ServerOptions.Preload), "`exchange:market:interval:SYM,SYM`", options => options.Preload,
            "Series to follow whether anybody wants them or not.")
        .Also(option: "--preload")
        .Whole(
            nameof(ServerOptions.CandlesKept), 10, 100_000, options => options.CandlesKept, (options, value) => options.CandlesKept = value,
            "Closed candles of a series that are kept for those who join or come back.")
        .Also(formerly: "Memory")
        .Whole(
            nameof(ServerOptions.ClosedQueueCapacity), 10, 1_000_000, options => options.ClosedQueueCapacity,
            (options, value) => options.ClosedQueueCapacity = value,
            "Closed candles (and answers) that may wait for a client before it is cut off.")
        .Seconds(
            nameof(ServerOptions.WriteTimeout), 1, 3600, options => options.WriteTimeout, (options, value) => options.WriteTimeout = value,
            "How long one write to a client may take.")
        .Seconds(
            nameof(ServerOptions.PingInterval), 0, 3600, options => options.PingInterval, (options, value) => options.PingInterval = value,
            "How often a client is pinged; 0 for never.")
        .Seconds(
            nameof(ServerOptions.PingTimeout), 1, 3600, options => options.PingTimeout, (options, value) => options.PingTimeout = value,
            "How long the answer to a ping may take.")
        .Seconds(
            nameof(ServerOptions.HeartbeatInterval), 0, 3600, options => options.HeartbeatInterval, (options, value) => options.HeartbeatInterval = value,
            "How often clients of protocol v1 get a heartbeat when nothing waits for them; 0 for never.")
        .Seconds(
            nameof(ServerOptions.StopTimeout), 1, 600, options => options.StopTimeout, (options, value) => options.StopTimeout = value,
            "How long stopping may take.")
        .Whole(
            nameof(ServerOptions.MaxClients), 1, 1_000_000, options => options.MaxClients, (options, value) => options.MaxClients = value,
            "Clients at a time.")
        .Whole(
            nameof(ServerOptions.MaxClientsPerAddress), 0, 1_000_000, options => options.MaxClientsPerAddress,
            (options, value) => options.MaxClientsPerAddress = value,
            "Clients at a time from one address; 0 for any number. Loopback is never limited.")
        .Whole(
            nameof(ServerOptions.MaxClientsPerKey), 0, 1_000_000, options => options.MaxClientsPerKey,
            (options, value) => options.MaxClientsPerKey = value,
            "Clients at a time with one key; 0 for any number.")
        .Whole(
            nameof(ServerOptions.MaxSubscriptions), 1, 1_000_000, options => options.MaxSubscriptions,
            (options, value) => options.MaxSubscriptions = value,
            "Series that one client may subscribe to.")
        .Whole(
            nameof(ServerOptions.MaxSubscriptionsPerKey), 0, 1_000_000, options => options.MaxSubscriptionsPerKey,
            (options, value) => options.MaxSubscriptionsPerKey = value,
            "Series that all clients with one key may subscribe to together; 0 for any number.")
        .Whole(
            nameof(ServerOptions.MaxSeriesPerClient), 0, 1_000_000, options => options.MaxSeriesPerClient,
            (options, value) => options.MaxSeriesPerClient = value,
            "Different series that all connections of one client may follow together: those with its key, or without keys those from its address, "
            + "loopback too. 0 for any number.")
        .Whole(
            nameof(ServerOptions.MessagesPerMinute), 0, 1_000_000, options => options.MessagesPerMinute,
            (options, value) => options.MessagesPerMinute = value,
            "Messages a minute from one client; 0 for any number.")
        .Whole(
            nameof(ServerOptions.MessagesPerMinutePerAddress), 0, 100_000_000, options => options.MessagesPerMinutePerAddress,
            (options, value) => options.MessagesPerMinutePerAddress = value,
            "Messages a minute from one address over all its clients; 0 for any number. Loopback is never limited.")
        .Whole(
            nameof(ServerOptions.MaxMessageBytes), 1024, 16 * 1024 * 1024, options => options.MaxMessageBytes,
            (options, value) => options.MaxMessageBytes = value,
            "The longest message of a client in bytes.")
        .List(
            nameof(ServerOptions.AllowedOrigins), "web pages", options => options.AllowedOrigins,
            "Web pages that may connect, such as `https://example.com`; none for all. A client without an Origin header is no web page.")
        .List(
            nameof(ServerOptions.CorsOrigins), "web pages, or `*`", options => options.CorsOrigins,
            "Web pages whose scripts may read REST (CORS), such as `https://example.com`, or `*` for all; none for none.")
        .List(
            nameof(ServerOptions.WriteHosts), "names", options => options.WriteHosts,
            "Names of this server, such as `candles.example.com`, beside `localhost` and addresses, under which requests that change something may come.")
        .List(
            nameof(ServerOptions.TrustedProxies), "addresses or networks", options => options.TrustedProxies,
            "Proxies, as addresses or networks such as `10.0.0.0/8`, whose `X-Forwarded-For` is believed, so that the limits of addresses are "
            + "those of the clients behind them.")
        .Text(
            nameof(ServerOptions.KeysPath), "a file, `sqlite:FILE` or `dynamodb:TABLE`", options => options.KeysPath,
            (options, value) => options.KeysPath = value,
            "The API keys, as `connector-cli keys` keeps them; none, so that everybody may connect.")
        .Also("CONNECTOR_WSS_KEYS", "--keys")
        .Text(
            nameof(ServerOptions.Upstream), "ws, wss or nats addresses, separated by commas", options => options.Upstream,
            (options, value) => options.Upstream = value,
            "Another connector server, or several with commas between them, that this one reads from instead of the exchanges "
            + "([how](../client.md#a-server-that-reads-from-a-server)); or a bus ([how](../bus.md#servers-that-read-from-the-bus)).")
        .Also(option: "--upstream")
        .Text(
            nameof(ServerOptions.UpstreamRest), "http, https addresses, separated by commas", options => options.UpstreamRest,
            (options, value) => options.UpstreamRest = value,
            "Where the upstream's REST is, one for each; none for the port after its WebSocket's.")
        .Text(
            nameof(ServerOptions.UpstreamKey), "text", options => options.UpstreamKey, (options, value) => options.UpstreamKey = value,
            "The API key for the upstream.")
        .Text(
            nameof(ServerOptions.Archive), "a file, or `postgres://user:password@host/database`", options => options.Archive,
            (options, value) => options.Archive = value,
            "An archive of candles, as `connector-cli record` keeps one: what is followed is kept there, and the past comes out of it before the exchange is asked.")
        .List(
            nameof(ServerOptions.Record), "`exchange[/market]:SYM,SYM`, with `*` and `?`", options => options.Record,
            "Series to keep in the archive whether anybody wants them or not; a pattern, such as `okx/usdm:*-USDT-SWAP`, keeps what is listed later, too.")
        .Intervals(
            nameof(ServerOptions.RecordIntervals), "1m,1h", options => options.RecordIntervals, (options, value) => options.RecordIntervals = value,
            "Lengths of the candles of `Record`.")
        .List(
            nameof(ServerOptions.Signals), "`exchange[/market]:SYM,SYM`, with `*` and `?`", options => options.Signals,
            "Series that are watched for signals, day and night ([how](../signals.md)).")
        .Also(option: "--signals")
        .Intervals(
            nameof(ServerOptions.SignalIntervals), "1h,4h", options => options.SignalIntervals, (options, value) => options.SignalIntervals = value,
            "Lengths of the candles of `Signals`.")
        .Text(
            nameof(ServerOptions.SignalRules), "a file", options => options.SignalRules, (options, value) => options.SignalRules = value,
            "The rules, `signals.json` or `trading_config.json`, read again when it changes; none for the built-in sets alone.")
        .Also(option: "--signal-rules")
        .Text(
            nameof(ServerOptions.SignalStore), "a file, or `postgres://user:password@host/database`", options => options.SignalStore,
            (options, value) => options.SignalStore = value,
            "Where signals are kept; none for the archive, else memory, which forgets them at a restart.")
        .List(
            nameof(ServerOptions.PriceProviders), PriceSources.Range, options => options.PriceProviders,
            "Sources of `/prices`, the preferred one first; none for the exchanges alone.")
        .Address(
            nameof(ServerOptions.CoinGeckoUrl), "http, https", options => options.CoinGeckoUrl, (options, value) => options.CoinGeckoUrl = value,
            "Where the source `coingecko` is; none for the public service, or the sandbox's own where the exchanges are simulated.")
        .Text(
            nameof(ServerOptions.CoinGeckoKey), "text", options => options.CoinGeckoKey, (options, value) => options.CoinGeckoKey = value,
            "The API key for the source `coingecko`.")
        .List(
            nameof(ServerOptions.CoinApiExchanges), "CoinAPI's names", options => options.CoinApiExchanges,
            "Exchanges whose prices the source `coinapi` takes, such as `COINBASE KRAKEN`, the preferred one first; none for any.")
        .List(
            nameof(ServerOptions.PriceSymbols), "assets", options => options.PriceSymbols,
            "Assets whose prices are kept at hand whether anybody asks or not, such as `BTC`.")
        .List(
            nameof(ServerOptions.PriceQuotes), "currencies", options => options.PriceQuotes,
            "Currencies in which prices are looked for at the exchanges, the preferred one first; none for `USDT USDC USD`.")
        .List(
            nameof(ServerOptions.PriceExchanges), "exchanges", options => options.PriceExchanges,
            "Exchanges at which prices are looked for, the preferred one first; none for all.")
        .Text(
            nameof(ServerOptions.PriceTable), "a file, or `dynamodb:TABLE`", options => options.PriceTable, (options, value) => options.PriceTable = value,
            "Where the newest prices of assets are kept over restarts: a SQLite file; none for the archive's, else one in the folder that `CONNECTOR_DATA` or "
            + "`STATE_DIRECTORY` names, else nowhere.")
        .Text(
            nameof(ServerOptions.PaperLedger), "a file", options => options.PaperLedger, (options, value) => options.PaperLedger = value,
            "The file of paper accounts, simulated trading on live candles ([how](../paper.md)); none for no paper trading.")
        .Text(
            nameof(ServerOptions.ForecastModels), "a folder", options => options.ForecastModels, (options, value) => options.ForecastModels = value,
            "The folder of models that forecast ([how](../forecasts.md)); none for no forecasts.")
        .List(
            nameof(ServerOptions.Forecasts), "`exchange[/market]:SYM,SYM`, with `*` and `?`", options => options.Forecasts,
            "Series that are forecast after each close, by all promoted models of their interval.")
        .Intervals(
            nameof(ServerOptions.ForecastIntervals), "1h,4h", options => options.ForecastIntervals, (options, value) => options.ForecastIntervals = value,
            "Lengths of the candles of `Forecasts`.")
        .Text(
            nameof(ServerOptions.ForecastStore), "a file, or `postgres://user:password@host/database`", options => options.ForecastStore,
            (options, value) => options.ForecastStore = value,
            "Where forecasts are kept; none for the archive, else memory, which forgets them at a restart.")
        .Seconds(
            nameof(ServerOptions.CacheTtl), 1, 86_400, options => options.CacheTtl, (options, value) => options.CacheTtl = value,
            "How old a price may become before it is stale and asked for again.")
        .Seconds(
            nameof(ServerOptions.UpdateInterval), 10, 86_400, options => options.UpdateInterval, (options, value) => options.UpdateInterval = value,
            "How often sources of prices that are polled are asked.")
        .Parsed(
            nameof(ServerOptions.PriceDisagreement), "0.01 to 100", "a number of per cent from 0.01 to 100",
            options => options.PriceDisagreement.ToString(CultureInfo.InvariantCulture),
            (options, text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                && value is >= 0.01m and <= 100 && (options.PriceDisagreement = value) == value,
            "By how many per cent two sources of prices may differ before the answer says so.")
        .Whole(
            nameof(ServerOptions.PriceRequestsPerMinute), 0, 1_000_000, options => options.PriceRequestsPerMinute,
            (options, value) => options.PriceRequestsPerMinute = value,
            "Requests a minute for `/prices` with one key that has no limit of its own, or without keys from one address (loopback is never limited then); "
            + "0 for any number.")
        .Text(
            nameof(ServerOptions.Notifications), "a file, or JSON", options => options.Notifications, (options, value) => options.Notifications = value,
            "The channels that notices are told by: a JSON file with a section `notifications`, or that section itself ([how](../notifications.md)).")
        .Text(
            nameof(ServerOptions.NotificationStore), "a file", options => options.NotificationStore, (options, value) => options.NotificationStore = value,
            "The SQLite file in which notices wait until they are told; none for the archive's, else one in the folder that `CONNECTOR_DATA` or "
            + "`STATE_DIRECTORY` names.")
        .Text(
            nameof(ServerOptions.Redis), "redis, rediss addresses", options => options.Redis, (options, value) => options.Redis = value,
            "A Redis that is told of signals and prices: `redis://user:password@host:6379/0`, or `rediss://` for TLS.")
        .Text(
            nameof(ServerOptions.Bus), "nats, redis, rediss, kafka addresses", options => options.Bus, (options, value) => options.Bus = value,
            "A bus that candles are published to: `nats://user:password@host:4222`, `redis://host:6379` or `kafka://host:9092` ([how](../bus.md)).")
        .List(
            nameof(ServerOptions.BusSeries), "`exchange:market:interval:SYM,SYM`", options => options.BusSeries,
            "Series that are published to `Bus`, each from where the bus ends.")
        .Text(
            nameof(ServerOptions.RedisPrefix), "text", options => options.RedisPrefix, (options, value) => options.RedisPrefix = value,
            "What all keys in `Redis` begin with, behind `sandbox:` where the exchanges are simulated.")
        .Parsed(
            nameof(ServerOptions.LogLevel), LogLevelNames.Range, LogLevelNames.Form, options => options.LogLevel is { } level ? LogLevelNames.Of(level) : null,
            (options, text) => LogLevelNames.Find(text) is { } level && (options.LogLevel = level) == level, "What is logged to stderr.", unset: "info")
        .Also(option: "--log-level")
        .InCode(nameof(ServerOptions.TimeProvider), "the system's", "any", "The clock that waits are measured with."));

    /// <summary>Checks all settings, each alone and those that exclude or need each other.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="InvalidSettingException">A setting is out of range; the message names it.</exception>
    public static void Check(ServerOptions options)
    {
        Table.Check(options);
        if (options.Upstream is not null && !BusAddress.IsNats(options.Upstream))
        {
            var client = new ConnectorClientOptions();
            options.Apply(client);
            client.Validate();
        }

        if (options.Record.Count > 0 && options.Archive is null)
        {
            throw new InvalidSettingException(
                $"{nameof(options.Record)} is set, but {nameof(options.Archive)} is not. Name the file that keeps the candles.");
        }

        if (options.Archive is not null && options.Upstream is not null)
        {
            throw new InvalidSettingException(
                $"{nameof(options.Archive)} and {nameof(options.Upstream)} exclude each other: the server that reads from the exchanges keeps the candles.");
        }

        CheckCluster(options);
        BusAddress.Check(options);
        PriceSources.Check(options);
        if (options.CertificateKeyPath is not null && options.CertificatePath is null)
        {
            throw new InvalidSettingException($"{nameof(options.CertificateKeyPath)} is set, but {nameof(options.CertificatePath)} is not.");
        }
    }
}
