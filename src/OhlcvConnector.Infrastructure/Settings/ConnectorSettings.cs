namespace OhlcvConnector.Infrastructure.Settings;

/// <summary>The one table of the connector's settings.</summary>
public static class ConnectorSettings
{
    /// <summary>Table of all settings of <see cref="ConnectorOptions"/>, under the variables of the environment that the Python connector had.</summary>
    public static SettingTable<ConnectorOptions> Table { get; } = new SettingTable<ConnectorOptions>("CONNECTOR_")
        .Switch(
            nameof(ConnectorOptions.UseTestnet), options => options.UseTestnet, (options, value) => options.UseTestnet = value,
            "the exchanges' test networks instead of the live ones; their prices are not real")
        .Also(option: "--testnet")
        .Address(
            nameof(ConnectorOptions.Sandbox), "http, https", options => options.Sandbox, (options, value) => options.Sandbox = value,
            "a running sandbox, which stands in for every exchange; not together with `UseTestnet`")
        .Also(variable: "") // an option of the command line, with an argument of its own
        .Add(Endpoints())
        .Also(option: "--endpoint")
        .Address(
            nameof(ConnectorOptions.Proxy), "http, socks5", options => options.Proxy, (options, value) => options.Proxy = value,
            "a proxy for REST and streams, with `user:password@` where it wants them. None: the environment's (`HTTPS_PROXY`, `ALL_PROXY`, "
            + "`NO_PROXY`, also in lower case), except for this machine itself and for a sandbox")
        .Also(option: "--proxy")
        .Text(
            nameof(ConnectorOptions.CoinApiKey), "text", options => options.CoinApiKey, (options, value) => options.CoinApiKey = value,
            "the API key for CoinAPI, without which the exchange `coinapi` is not asked; masked in every text")
        .Seconds(
            nameof(ConnectorOptions.ConnectTimeout), 1, 300, options => options.ConnectTimeout, (options, value) => options.ConnectTimeout = value,
            "a connection attempt, name look-up and handshakes included")
        .Seconds(
            nameof(ConnectorOptions.AcknowledgeTimeout), 1, 300, options => options.AcknowledgeTimeout, (options, value) => options.AcknowledgeTimeout = value,
            "how long a subscription may go unacknowledged before its connection counts as broken")
        .Seconds(
            nameof(ConnectorOptions.InactivityTimeout), 1, 3600, options => options.InactivityTimeout, (options, value) => options.InactivityTimeout = value,
            "nothing received at all for this long, pings included: the connection is dead. None: by exchange (30 to 360 s)")
        .Seconds(
            nameof(ConnectorOptions.PingInterval), 0, 3600, options => options.PingInterval, (options, value) => options.PingInterval = value,
            "a WebSocket ping after so much silence; 0 for never")
        .Also("CONNECTOR_WS_PING_INTERVAL")
        .Seconds(
            nameof(ConnectorOptions.PingTimeout), 1, 3600, options => options.PingTimeout, (options, value) => options.PingTimeout = value,
            "how long its answer may take")
        .Also("CONNECTOR_WS_PING_TIMEOUT")
        .Seconds(
            nameof(ConnectorOptions.ReconnectDelay), 0.01, 300, options => options.ReconnectDelay, (options, value) => options.ReconnectDelay = value,
            "the first wait before connecting again; it doubles with each failure, with jitter")
        .Seconds(
            nameof(ConnectorOptions.ReconnectDelayMax), 0.01, 3600, options => options.ReconnectDelayMax, (options, value) => options.ReconnectDelayMax = value,
            "the longest such wait; not less than `ReconnectDelay`")
        .Whole(
            nameof(ConnectorOptions.ConnectAttempts), 0, 1_000_000, options => options.ConnectAttempts,
            (options, value) => options.ConnectAttempts = value,
            "tries of a first connection before the stream ends with `ExchangeUnavailableException`; 0 for ever. A stream that once had a "
            + "connection is never given up")
        .Whole(
            nameof(ConnectorOptions.Redundancy), 1, 2, options => options.Redundancy, (options, value) => options.Redundancy = value,
            "connections that carry each series; the first to bring a candle wins")
        .Seconds(
            nameof(ConnectorOptions.RestTimeout), 0.1, 600, options => options.RestTimeout, (options, value) => options.RestTimeout = value,
            "one REST request")
        .Whole(
            nameof(ConnectorOptions.RestAttempts), 1, 20, options => options.RestAttempts, (options, value) => options.RestAttempts = value,
            "how often a REST request is tried")
        .Whole(
            nameof(ConnectorOptions.RestConnections), 1, 1_000, options => options.RestConnections,
            (options, value) => options.RestConnections = value,
            "REST connections to a host")
        .Also("CONNECTOR_REST_POOL_MAXSIZE")
        .Whole(
            nameof(ConnectorOptions.MaxSeriesPerConnection), 1, 1_000_000, options => options.MaxSeriesPerConnection,
            (options, value) => options.MaxSeriesPerConnection = value,
            "series on one connection, at most what the exchange allows. None: by exchange")
        .Also("CONNECTOR_MAX_SYMBOL_PER_WS")
        .Whole(
            nameof(ConnectorOptions.CircuitBreakerFailureThreshold), 2, 1_000, options => options.CircuitBreakerFailureThreshold,
            (options, value) => options.CircuitBreakerFailureThreshold = value,
            "failures in a row that open the circuit of an exchange's market")
        .Seconds(
            nameof(ConnectorOptions.CircuitBreakerRecoveryTime), 0.5, 3600, options => options.CircuitBreakerRecoveryTime,
            (options, value) => options.CircuitBreakerRecoveryTime = value,
            "how long an open circuit waits before it lets an attempt through; of streams the longest such wait: it begins with `ReconnectDelay`, and doubles")
        .Also("CONNECTOR_CIRCUIT_BREAKER_RECOVERY_TIMEOUT")
        .Whole(
            nameof(ConnectorOptions.CircuitBreakerHalfOpenCalls), 1, 100, options => options.CircuitBreakerHalfOpenCalls,
            (options, value) => options.CircuitBreakerHalfOpenCalls = value,
            "attempts that must succeed in a row before it closes")
        .Seconds(
            nameof(ConnectorOptions.CloseDeadline), 0, 300, options => options.CloseDeadline, (options, value) => options.CloseDeadline = value,
            "how long after a candle's end its closing message may be missing before REST is asked")
        .Whole(
            nameof(ConnectorOptions.ClosedQueueCapacity), 16, 10_000_000, options => options.ClosedQueueCapacity,
            (options, value) => options.ClosedQueueCapacity = value,
            "closed candles that may wait for the reader before its connection is held up; none is ever dropped")
        .Also("CONNECTOR_CLOSED_QUEUE_MAXSIZE")
        .Choice(
            nameof(ConnectorOptions.Dispatch), options => options.Dispatch, (options, value) => options.Dispatch = value,
            "where the reader's code runs: on the connection's thread, or on the pool")
        .Switch(
            nameof(ConnectorOptions.CloseByTrades), options => options.CloseByTrades, (options, value) => options.CloseByTrades = value,
            "whether the trades of a symbol are followed, too, where the exchange does not say reliably that a candle is closed "
            + "([delivery](delivery.md)); they take a subscription a symbol")
        .Switch(
            nameof(ConnectorOptions.DeliverRevisions), options => options.DeliverRevisions, (options, value) => options.DeliverRevisions = value,
            "whether a closed candle that the exchange changes afterwards comes again, marked `IsRevision`")
        .InCode(
            nameof(ConnectorOptions.SharesHistory), "false", "true, false",
            "whether the past is read for many at once, so that who reads much leaves a part of an exchange's budget to the others; the server does")
        .InCode(nameof(ConnectorOptions.OnReceived), "none", "any", "is given every message that an exchange sends, before anything is made of it")
        .InCode(nameof(ConnectorOptions.TimeProvider), "the system's", "any", "the clock that waits are measured with")
        .InCode(
            nameof(ConnectorOptions.MarketClock), "none", "any",
            "the clock that candles are measured with. None: `TimeProvider`. A sandbox that runs faster has its own: `sandbox.Clock`")
        .Whole(
            nameof(ConnectorOptions.Seed), int.MinValue, int.MaxValue, options => options.Seed, (options, value) => options.Seed = value,
            "the seed of the jitter. None: another one each time");

    private static Setting<ConnectorOptions> Endpoints() => new()
    {
        Name = nameof(ConnectorOptions.Endpoints),
        Range = "by `exchange` or `exchange/market`",
        Form = EndpointText.Form,
        Text = "other addresses: `Base` replaces scheme, host and port of both, `Stream` and `Rest` one whole address each",
        Unset = "empty",
        IsList = true,
        TrySet = (options, where, text) =>
        {
            foreach (var one in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                EndpointText.Set(options, where, one);
            }

            return true;
        },
    };
}
