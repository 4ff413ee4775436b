using OhlcvConnector.Client;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>Settings of the server, all of them, with their defaults. Wrong values are named, with their range, when it starts.</summary>
public sealed partial class ServerOptions
{
    /// <summary>The address to listen on, for WebSocket and health alike. Anything but loopback should have keys.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The port of the WebSocket; 0 for any free one.</summary>
    public int Port { get; set; } = 8765;

    /// <summary>True when health, metrics and REST are served.</summary>
    public bool HealthEnabled { get; set; } = true;

    /// <summary>The port of health, metrics and REST; 0 for any free one.</summary>
    public int HealthPort { get; set; } = 8766;

    /// <summary>
    /// True when <c>/ready</c> is to be 503 while anything is degraded, such as one exchange of several that is down; when false, only while this server cannot
    /// serve.
    /// </summary>
    public bool StrictReadiness { get; set; }

    /// <summary>
    /// True when the Python connector's clients are served: its protocol for who does not choose the new one, its words in health, and its label values in
    /// metrics.
    /// </summary>
    public bool Legacy { get; set; } = true;

    /// <summary>A certificate for TLS, as PEM, on both ports; null for none.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>The certificate's key, as PEM; null when the certificate's file holds it.</summary>
    public string? CertificateKeyPath { get; set; }

    /// <summary>Longest time that a client may take to say what it wants. 100 ms to 1 h.</summary>
    public TimeSpan SubscribeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time that an exchange may take over a client's request before that is answered without it. 1 s to 10 min.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest time that a REST request may take before it is answered with 504, or with as many candles as came in time. 1 s to 10 min.</summary>
    public TimeSpan RestAnswerTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time that a client may get no quote before it is told so and closed, in the first protocol; zero for never. At most 1 day.</summary>
    public TimeSpan IdleTimeout { get; set; }

    /// <summary>Time that a series is followed after its last subscriber left. At most 1 day.</summary>
    public TimeSpan UnsubscribeDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time after its end during which a close may be missing before its series counts as stale. 1 s to 1 h.</summary>
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Series to follow whether anybody wants them or not: <c>exchange:market:interval:SYM,SYM</c>.</summary>
    public IList<string> Preload { get; } = [];

    /// <summary>Closed candles of a series that are kept for those who join or come back. 10 to 100,000.</summary>
    public int CandlesKept { get; set; } = 500;

    /// <summary>Closed candles (and answers) that may wait for a client before it is cut off. 10 to 1,000,000.</summary>
    public int ClosedQueueCapacity { get; set; } = 10_000;

    /// <summary>Longest time that one write to a client may take. 1 s to 1 h.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time of silence after which a client is pinged; zero for never. At most 1 h.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest time that the answer to a ping may take. 1 s to 1 h.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Time between two heartbeats that clients of protocol v1 get when nothing waits for them; zero for none. At most 1 h.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest time that stopping may take. 1 s to 10 min.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Clients at a time. 1 to 1,000,000.</summary>
    public int MaxClients { get; set; } = 10_000;

    /// <summary>Clients at a time from one address; 0 for any number. Loopback is never limited.</summary>
    public int MaxClientsPerAddress { get; set; } = 1_000;

    /// <summary>Clients at a time with one key; 0 for any number.</summary>
    public int MaxClientsPerKey { get; set; }

    /// <summary>Series that one client may subscribe to. 1 to 1,000,000.</summary>
    public int MaxSubscriptions { get; set; } = 1_000;

    /// <summary>Series that all clients with one key may subscribe to together; 0 for any number.</summary>
    public int MaxSubscriptionsPerKey { get; set; }

    /// <summary>
    /// Different series that all connections of one client may follow together: those with its key, or without keys those from its address, loopback too. 0 for
    /// any number.
    /// </summary>
    public int MaxSeriesPerClient { get; set; } = 500;

    /// <summary>Messages a minute from one client; 0 for any number.</summary>
    public int MessagesPerMinute { get; set; } = 100;

    /// <summary>Messages a minute from one address over all its clients; 0 for any number. Loopback is never limited.</summary>
    public int MessagesPerMinutePerAddress { get; set; } = 10_000;

    /// <summary>The longest message of a client in bytes. 1 KiB to 16 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 64 * 1024;

    /// <summary>Web pages that may connect, such as <c>https://example.com</c>; empty for all. A client without an Origin header is no web page.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Web pages whose scripts may read REST (CORS), such as <c>https://example.com</c>, or <c>*</c> for all; empty for none.</summary>
    public IList<string> CorsOrigins { get; } = [];

    /// <summary>
    /// Names of this server, such as <c>candles.example.com</c>, beside <c>localhost</c> and addresses, under which requests that change something may come. A
    /// web page whose own name was pointed at this machine comes under that one.
    /// </summary>
    public IList<string> WriteHosts { get; } = [];

    /// <summary>
    /// Proxies, as addresses or networks such as <c>10.0.0.0/8</c>, whose <c>X-Forwarded-For</c> is believed, so that the limits of addresses are those of the
    /// clients behind them.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>
    /// The API keys, as <c>connector-cli keys</c> keeps them: a file, <c>sqlite:FILE</c> or <c>dynamodb:TABLE</c>; null for none, so that everybody may
    /// connect.
    /// </summary>
    public string? KeysPath { get; set; }

    /// <summary>
    /// Another connector server, as <c>ws://host:8765</c>, or several with commas between them, or a bus, as <c>nats://host:4222</c>, that this one reads from
    /// instead of the exchanges; null for the exchanges.
    /// </summary>
    public string? Upstream { get; set; }

    /// <summary>Address of the upstream's REST, as <c>http://host:8766</c>, one for each; null for the port after its WebSocket's.</summary>
    public string? UpstreamRest { get; set; }

    /// <summary>The API key for the upstream; null for none.</summary>
    public string? UpstreamKey { get; set; }

    /// <summary>
    /// An archive of candles, as <c>connector-cli record</c> keeps one: what is followed is kept there, and the past comes out of it before the exchange is
    /// asked. Null for none.
    /// </summary>
    public string? Archive { get; set; }

    /// <summary>
    /// Series to keep in <see cref="Archive"/> whether anybody wants them or not: <c>exchange[/market]:SYM,SYM</c>, in which <c>*</c> and <c>?</c> stand for
    /// anything and one letter, so that what is listed later is kept, too. Each begins behind its last kept candle.
    /// </summary>
    public IList<string> Record { get; } = [];

    /// <summary>The lengths of candles of each of <see cref="Record"/>.</summary>
    public IReadOnlyList<Interval> RecordIntervals { get; set; } = [Interval.OneMinute];

    /// <summary>
    /// Series that are watched for signals, day and night: <c>exchange[/market]:SYM,SYM</c>, in which <c>*</c> and <c>?</c> stand for anything and one letter.
    /// </summary>
    public IList<string> Signals { get; } = [];

    /// <summary>The lengths of candles of each of <see cref="Signals"/>.</summary>
    public IReadOnlyList<Interval> SignalIntervals { get; set; } = [Interval.OneHour];

    /// <summary>The file of rules, <c>signals.json</c> or <c>trading_config.json</c>; null for the built-in sets alone.</summary>
    public string? SignalRules { get; set; }

    /// <summary>Where signals are kept: a file, or a PostgreSQL address; null for <see cref="Archive"/>, else memory.</summary>
    public string? SignalStore { get; set; }

    /// <summary>The sources of <c>/prices</c>, the preferred one first; empty for the exchanges alone.</summary>
    public IList<string> PriceProviders { get; } = [];

    /// <summary>Where the source <c>coingecko</c> is; null for the public service, or the sandbox's own where the exchanges are simulated.</summary>
    public Uri? CoinGeckoUrl { get; set; }

    /// <summary>The API key for the source <c>coingecko</c>; null for none.</summary>
    public string? CoinGeckoKey { get; set; }

    /// <summary>
    /// Exchanges whose prices the source <c>coinapi</c> takes, by CoinAPI's names, such as <c>KRAKEN</c>, the preferred one first; empty for any.
    /// </summary>
    public IList<string> CoinApiExchanges { get; } = [];

    /// <summary>Assets whose prices are kept at hand whether anybody asks or not, such as <c>BTC</c>.</summary>
    public IList<string> PriceSymbols { get; } = [];

    /// <summary>Currencies in which prices are looked for at the exchanges, the preferred one first; empty for USDT, USDC and USD.</summary>
    public IList<string> PriceQuotes { get; } = [];

    /// <summary>Exchanges at which prices are looked for, the preferred one first; empty for all.</summary>
    public IList<string> PriceExchanges { get; } = [];

    /// <summary>
    /// Where the newest prices of assets are kept over restarts: a SQLite file, or <c>dynamodb:TABLE</c>. Null for the archive's file, else one in the folder
    /// that <c>CONNECTOR_DATA</c> or <c>STATE_DIRECTORY</c> names, else nowhere.
    /// </summary>
    public string? PriceTable { get; set; }

    /// <summary>The file of paper accounts, simulated trading on live candles; null for none.</summary>
    public string? PaperLedger { get; set; }

    /// <summary>The folder of models that forecast; null for no forecasts.</summary>
    public string? ForecastModels { get; set; }

    /// <summary>
    /// Series that are forecast after each close by all promoted models of their interval: <c>exchange[/market]:SYM,SYM</c>, in which <c>*</c> and <c>?</c>
    /// stand for anything and one letter.
    /// </summary>
    public IList<string> Forecasts { get; } = [];

    /// <summary>The lengths of candles of each of <see cref="Forecasts"/>.</summary>
    public IReadOnlyList<Interval> ForecastIntervals { get; set; } = [Interval.OneHour];

    /// <summary>Where forecasts are kept: a file, or a PostgreSQL address; null for <see cref="Archive"/>, else memory.</summary>
    public string? ForecastStore { get; set; }

    /// <summary>How old a price may become before it is stale and asked for again. 1 s to 1 day.</summary>
    public TimeSpan CacheTtl { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>How often sources of prices that are polled are asked. 10 s to 1 day.</summary>
    public TimeSpan UpdateInterval { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>By how many per cent two sources of prices may differ before the answer says so. 0.01 to 100.</summary>
    public decimal PriceDisagreement { get; set; } = 1;

    /// <summary>
    /// Requests a minute for <c>/prices</c> with one key that has no limit of its own, or without keys from one address (loopback is never limited then); 0 for
    /// any number.
    /// </summary>
    public int PriceRequestsPerMinute { get; set; } = 100;

    /// <summary>
    /// The channels that notices are told by: a JSON file with a section <c>notifications</c>, or that section itself; null for none.
    /// </summary>
    public string? Notifications { get; set; }

    /// <summary>
    /// The SQLite file in which notices wait until they are told; null for the archive's, else one in the folder that <c>CONNECTOR_DATA</c> or
    /// <c>STATE_DIRECTORY</c> names.
    /// </summary>
    public string? NotificationStore { get; set; }

    /// <summary>A Redis that is told of signals and prices: <c>redis://user:password@host:6379/0</c>, or <c>rediss://</c> for TLS; null for none.</summary>
    public string? Redis { get; set; }

    /// <summary>
    /// A bus that candles are published to: <c>nats://user:password@host:4222</c>, <c>redis://host:6379</c> or <c>kafka://host:9092</c>; null for none.
    /// </summary>
    public string? Bus { get; set; }

    /// <summary>Series that are published to <see cref="Bus"/>, as <c>exchange:market:interval:SYM,SYM</c>, each from where the bus ends.</summary>
    public IList<string> BusSeries { get; } = [];

    /// <summary>What all keys in <see cref="Redis"/> begin with, behind <c>sandbox:</c> where the exchanges are simulated.</summary>
    public string RedisPrefix { get; set; } = "ohlcv:";

    /// <summary>Level of the log of the server's program; null for the general level of the environment, or information.</summary>
    public LogLevel? LogLevel { get; set; }

    /// <summary>The clock that waits are measured with.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Makes them the settings of the client of the upstream.</summary>
    /// <param name="client">The client's settings.</param>
    /// <exception cref="InvalidSettingException">An address is none; the message names the setting.</exception>
    public void Apply(ConnectorClientOptions client)
    {
        client.AddServers(Upstream!, nameof(Upstream));
        if (UpstreamRest is not null)
        {
            client.AddRestServers(UpstreamRest, nameof(UpstreamRest));
        }

        client.ApiKey = UpstreamKey;
        client.TimeProvider = TimeProvider;
    }
}
