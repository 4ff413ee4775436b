namespace OhlcvConnector;

/// <summary>Settings of the connector, all of them, with their defaults. Wrong values are named, with their range, when the connector is created.</summary>
public sealed class ConnectorOptions
{
    /// <summary>Use the venues' test networks instead of the live ones. Their prices are not real.</summary>
    public bool UseTestnet { get; set; }

    /// <summary>
    /// A running sandbox, such as <c>http://127.0.0.1:9700/</c>, which then stands in for every venue. Nothing that it says is real.
    /// Null for the real venues.
    /// </summary>
    public Uri? Sandbox { get; set; }

    /// <summary>
    /// Other addresses, by <c>exchange</c> or <c>exchange/market</c>, such as <c>binance/usdm</c>; the more exact one wins. For proxies, mirrors and moves of a
    /// venue.
    /// </summary>
    public IDictionary<string, EndpointOverride> Endpoints { get; } = new Dictionary<string, EndpointOverride>(StringComparer.OrdinalIgnoreCase);

    /// <summary>A proxy for REST and streams alike: <c>http://host:port</c> or <c>socks5://host:port</c>, with <c>user:password@</c> where it wants them. Null
    /// for the environment's (<c>HTTPS_PROXY</c>, <c>ALL_PROXY</c>, <c>NO_PROXY</c>), if it names one.</summary>
    public Uri? Proxy { get; set; }

    /// <summary>
    /// The API key for CoinAPI; null for none, and then that exchange is not asked. It goes out as a header and in the stream's first message, and stands in no
    /// log and no error but as its first and last four letters.
    /// </summary>
    public string? CoinApiKey { get; set; }

    /// <summary>Longest time that a connection attempt may take, name look-up and handshakes included. 1 s to 5 min.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time that a subscription may go unacknowledged before its connection counts as broken. 1 s to 5 min.</summary>
    public TimeSpan AcknowledgeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest silence of a connection: with nothing received at all for this long, pings included, it is dead. Null for the venue's own figure. 1 s to 1 h.
    /// </summary>
    public TimeSpan? InactivityTimeout { get; set; }

    /// <summary>Time of silence after which a WebSocket ping frame asks the venue for a sign of life; zero for never. At most 1 h.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest time that the answer to a ping may take. 1 s to 1 h.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The first wait before connecting again; it doubles with each failure, with jitter. 10 ms to 5 min.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before connecting again. 10 ms to 1 h, not less than <see cref="ReconnectDelay"/>.</summary>
    public TimeSpan ReconnectDelayMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Number of attempts to make a stream's first connection before giving up with an error; a stream that once had one is never given up. 0 tries for ever.
    /// </summary>
    public int ConnectAttempts { get; set; }

    /// <summary>Longest time that one REST request may take. 100 ms to 10 min.</summary>
    public TimeSpan RestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Number of times that a REST request is tried before it fails. 1 to 20.</summary>
    public int RestAttempts { get; set; } = 4;

    /// <summary>REST connections per host. 1 to 1,000.</summary>
    public int RestConnections { get; set; } = 10;

    /// <summary>Series on one connection, at most what the venue allows. Null for the venue's own figure. At least 1.</summary>
    public int? MaxSeriesPerConnection { get; set; }

    /// <summary>
    /// Number of connections that carry each series; the first to bring a candle wins. 2 survives the loss of one without even a late candle, and costs twice
    /// the traffic. 1 or 2.
    /// </summary>
    public int Redundancy { get; set; } = 1;

    /// <summary>Failures in a row that open the circuit of a venue's market. 2 to 1,000.</summary>
    public int CircuitBreakerFailureThreshold { get; set; } = 5;

    /// <summary>
    /// Time that an open circuit waits before it lets an attempt through. Of streams the longest such wait: it begins with <see cref="ReconnectDelay"/>, and
    /// doubles. 500 ms to 1 h.
    /// </summary>
    public TimeSpan CircuitBreakerRecoveryTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts that must succeed in a row before the circuit closes again. 1 to 100.</summary>
    public int CircuitBreakerHalfOpenCalls { get; set; } = 1;

    /// <summary>Time after a candle's end during which its closing message may be missing before REST is asked. 0 to 5 min.</summary>
    public TimeSpan CloseDeadline { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// True when the trades of a symbol are followed, too, where the venue does not say reliably that a candle is closed (Gate.io, Hyperliquid): they close it
    /// within a second or two, without REST. They take a subscription a symbol and its traffic; without them REST is asked for each close.
    /// </summary>
    public bool CloseByTrades { get; set; } = true;

    /// <summary>Closed candles that may wait for the reader before the connection is held up; never dropped. 16 to 10,000,000.</summary>
    public int ClosedQueueCapacity { get; set; } = 10_000;

    /// <summary>Is given every message that an exchange sends, before anything is made of it; null for nobody.</summary>
    public MessageTap? OnReceived { get; set; }

    /// <summary>Thread that runs the reader's code.</summary>
    public Dispatch Dispatch { get; set; }

    /// <summary>True when a closed candle that the venue changes afterwards is delivered again, marked <see cref="Domain.PriceQuote.IsRevision"/>.</summary>
    public bool DeliverRevisions { get; set; }

    /// <summary>
    /// True when the past is read for many at once, so that who reads much of it leaves a part of an exchange's budget to the others even while nothing is
    /// streamed.
    /// </summary>
    public bool SharesHistory { get; set; }

    /// <summary>The clock that waits are measured with: timeouts, backoff, heartbeats.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The clock that candles are measured with. Null for <see cref="TimeProvider"/>; the sandbox's own when its time runs faster.</summary>
    public TimeProvider? MarketClock { get; set; }

    /// <summary>The seed of the jitter in waits; null for another one each time.</summary>
    public int? Seed { get; set; }

    /// <summary>Whom encrypted streams trust; null for whom the system trusts.</summary>
    internal System.Net.Security.SslClientAuthenticationOptions? StreamTls { get; set; }

    /// <summary>Function that looks up the proxies of the environment.</summary>
    internal Func<string, string?> Variable { get; set; } = Environment.GetEnvironmentVariable;

    /// <summary>Function that resolves a host's name to the addresses of its streams.</summary>
    internal Func<string, CancellationToken, Task<System.Net.IPAddress[]>> ResolveHost { get; set; } = System.Net.Dns.GetHostAddressesAsync;
}

/// <summary>Other addresses for a venue or one of its markets.</summary>
public sealed class EndpointOverride
{
    /// <summary>
    /// Replaces scheme, host and port of both addresses; the venue's own paths are appended to its path. http means ws for the stream, https means wss.
    /// </summary>
    public Uri? Base { get; set; }

    /// <summary>The whole stream address. Wins over <see cref="Base"/>.</summary>
    public Uri? Stream { get; set; }

    /// <summary>The REST address that request paths are appended to. Wins over <see cref="Base"/>.</summary>
    public Uri? Rest { get; set; }
}

/// <summary>Thread that runs the code behind <c>await foreach</c> when a candle arrives.</summary>
public enum Dispatch
{
    /// <summary>
    /// Runs it on the connection's own thread, without a change of thread: the cheapest and fastest. A reader that blocks holds up its connection until it
    /// returns; one that awaits does not.
    /// </summary>
    Inline,

    /// <summary>Runs it on the thread pool: costs more for each candle; a reader that blocks holds up nobody.</summary>
    ThreadPool,
}

/// <summary>Takes a message as an exchange sent it, on the thread that received it, which must not be held up.</summary>
/// <param name="exchange">The exchange's name.</param>
/// <param name="market">The market whose connection or request it came by.</param>
/// <param name="request">Null for a frame of the stream; else the path of the REST request, with what was posted behind a space.</param>
/// <param name="message">The message; its bytes are the connector's own again when the call returns.</param>
public delegate void MessageTap(string exchange, Domain.Market market, string? request, ReadOnlySpan<byte> message);
