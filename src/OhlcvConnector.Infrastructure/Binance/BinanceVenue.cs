using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Binance;

/// <summary>
/// Binance: three markets on three hosts. USD-M candles moved under <c>/market</c>; the root without it stopped on 2026-04-23.
/// An unknown symbol is not refused but silent, so symbols are checked against the listing first.
/// </summary>
internal sealed partial class BinanceVenue : IVenue
{
    private const string Futures = "futures"; // since 2026-06-30 both count into one weight of an address
    private const string FuturesIntervals = "1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M";

    /// <inheritdoc/>
    public string Name => "binance";

    /// <inheritdoc/>
    public Market? DefaultMarket => Market.Spot;

    /// <inheritdoc/>
    public IReadOnlyList<VenueMarket> Markets { get; } =
    [
        new(Market.Spot)
        {
            Stream = new("wss://stream.binance.com:9443/ws"),
            Rest = new("https://api.binance.com"),
            TestnetStream = new("wss://stream.testnet.binance.vision/ws"),
            TestnetRest = new("https://testnet.binance.vision"),
            SandboxPath = "/binance/spot",
            Intervals = VenueIntervals.Same("1s " + FuturesIntervals),
            Heartbeat = new(Every: null, Silence: TimeSpan.FromSeconds(60)), // the venue pings every 20 s
            Closing = Closing.Flagged,
            HistoryRows = SpotPage,
            Limits = Limits(messagesPerSecond: 5, weightPerMinute: 6000),
        },
        new(Market.UsdMargined)
        {
            Stream = new("wss://fstream.binance.com/market/ws"),
            Rest = new("https://fapi.binance.com"),
            TestnetStream = new("wss://fstream.binancefuture.com/market/ws"),
            TestnetRest = new("https://demo-fapi.binance.com"),
            SharedWeight = Futures,
            SandboxPath = "/binance/usdm",
            Intervals = VenueIntervals.Same(FuturesIntervals),
            Heartbeat = new(Every: null, Silence: TimeSpan.FromMinutes(6)), // the venue pings every 3 min
            Closing = Closing.Flagged,
            HistoryRows = FuturesPage,
            Limits = Limits(messagesPerSecond: 10, weightPerMinute: 2400),
        },
        new(Market.CoinMargined)
        {
            Stream = new("wss://dstream.binance.com/ws"),
            Rest = new("https://dapi.binance.com"),
            TestnetStream = new("wss://dstream.binancefuture.com/ws"),
            TestnetRest = new("https://testnet.binancefuture.com"),
            SharedWeight = Futures,
            SandboxPath = "/binance/coinm",
            Intervals = VenueIntervals.Same(FuturesIntervals),
            Heartbeat = new(Every: null, Silence: TimeSpan.FromMinutes(6)),
            Closing = Closing.Flagged,
            HistoryRows = FuturesPage,
            Limits = Limits(messagesPerSecond: 10, weightPerMinute: 2400),
        },
    ];

    /// <summary>
    /// Returns the limits of a market, with one message less than allowed: pongs count too. Streams: 1024 on spot, 200 in older texts on futures, so stay at
    /// 200 for all.
    /// </summary>
    private static VenueLimits Limits(int messagesPerSecond, int weightPerMinute) => new()
    {
        SeriesPerConnection = 200,
        SeriesPerRequest = 200,
        Messages = new(messagesPerSecond - 1, TimeSpan.FromSeconds(1)),
        Connects = new(300, TimeSpan.FromMinutes(5)),
        Weight = new(weightPerMinute, TimeSpan.FromMinutes(1)),
        ConnectionAge = TimeSpan.FromHours(24),
    };
}
