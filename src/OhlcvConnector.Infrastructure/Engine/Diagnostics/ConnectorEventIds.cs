namespace OhlcvConnector.Infrastructure.Engine.Diagnostics;

/// <summary>The ids of the log events that the library writes: 1xx connections, 2xx series, 3xx REST, 4xx reader and archive.</summary>
public static class ConnectorEventIds
{
    /// <summary>A connection stands and is subscribed.</summary>
    public const int Connected = 100;

    /// <summary>A connection could not be opened.</summary>
    public const int ConnectFailed = 101;

    /// <summary>A connection ended; another follows.</summary>
    public const int Disconnected = 102;

    /// <summary>The exchange said that it will end a connection.</summary>
    public const int ClosingAnnounced = 103;

    /// <summary>A circuit breaker opened, half-opened or closed.</summary>
    public const int CircuitChanged = 104;

    /// <summary>A message could not be read.</summary>
    public const int MalformedFrame = 105;

    /// <summary>A connection was replaced before its end.</summary>
    public const int Replaced = 106;

    /// <summary>The exchange asked for fewer connections or messages.</summary>
    public const int ToldToWait = 107;

    /// <summary>The exchange refused a series.</summary>
    public const int SubscriptionRejected = 200;

    /// <summary>A candle broke a rule and was not delivered.</summary>
    public const int CandleRefused = 201;

    /// <summary>Candles are missing and cannot be had.</summary>
    public const int GapAnnounced = 202;

    /// <summary>History of missing candles could not be read; it is asked for again.</summary>
    public const int BackfillFailed = 203;

    /// <summary>A series is silent on a connection that lives.</summary>
    public const int SeriesStalled = 204;

    /// <summary>A series changed its status.</summary>
    public const int SeriesStatus = 205;

    /// <summary>Trades did not add up to a candle; the symbol's candles close by other means.</summary>
    public const int TradesDistrusted = 206;

    /// <summary>The exchange refused a symbol's trades.</summary>
    public const int TradesRefused = 207;

    /// <summary>A symbol has no place for its trades within the exchange's limits.</summary>
    public const int TradesLeftOut = 208;

    /// <summary>A REST request failed for good.</summary>
    public const int RequestFailed = 300;

    /// <summary>The exchange limited a REST request.</summary>
    public const int RequestLimited = 301;

    /// <summary>A listing could not be renewed; an older one serves.</summary>
    public const int ListingOld = 302;

    /// <summary>The reader has not taken a candle for long.</summary>
    public const int ReaderStalled = 400;

    /// <summary>The archive could not be read or written.</summary>
    public const int ArchiveUnusable = 401;
}
