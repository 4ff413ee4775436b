using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.GateIo;

/// <summary>
/// Gate.io v4: a stream for each market, times in seconds, one pair a request. The closing message of spot may be missing, as the venue says itself;
/// futures have none. <c>7d</c> counts from the epoch (Thursdays), <c>30d</c> is a calendar month, <c>1w</c> (Mondays) exists in futures' history alone.
/// </summary>
internal sealed partial class GateIoVenue : IVenue
{
    private const int SpotPage = 1000 - 1; // a page has 1000 points, and both ends of a range count
    private const int FuturesPage = 2000 - 1;

    private static readonly IntervalSpelling[] Common =
        [.. "10s 1m 5m 15m 30m 1h 4h 8h 1d 7d".Split(' ').Select(text => new IntervalSpelling(Interval.Parse(text), text, text))];

    /// <inheritdoc/>
    public string Name => "gateio";

    /// <inheritdoc/>
    public Market? DefaultMarket => Market.Spot;

    /// <inheritdoc/>
    public IReadOnlyList<VenueMarket> Markets { get; } =
    [
        Facts(Market.Spot, "wss://api.gateio.ws/ws/v4/", "wss://ws-testnet.gate.com/v4/ws/spot") with
        {
            Intervals = new([.. Common, new(Interval.OneSecond, null, "1s"), new(Interval.OneMonth, null, "30d")]),
            Closing = Closing.MayBeMissing,
            Trades = new(AreCounted: false, GiveQuoteVolume: true, IdsAscend: true),
            HistoryRows = SpotPage,
        },
        Facts(Market.UsdMargined, "wss://fx-ws.gateio.ws/v4/ws/usdt", "wss://ws-testnet.gate.com/v4/ws/futures/usdt") with
        {
            Trades = new(AreCounted: false, GiveQuoteVolume: false, IdsAscend: true), // and coin-margined candles have no base volume to compare with
        },
        Facts(Market.CoinMargined, "wss://fx-ws.gateio.ws/v4/ws/btc", "wss://ws-testnet.gate.com/v4/ws/futures/btc"),
    ];

    private static VenueMarket Facts(Market market, string stream, string testnetStream) => new(market)
    {
        Stream = new(stream),
        Rest = new("https://api.gateio.ws"),
        TestnetStream = new(testnetStream),
        TestnetRest = new("https://api-testnet.gateapi.io"),
        Headers = [("X-Gate-Size-Decimal", "1")], // else the sizes of futures are cut to whole contracts
        SandboxPath = "/gateio",
        Intervals = new([.. Common, new(Interval.OneWeek, null, "1w")]),
        Heartbeat = new(Every: TimeSpan.FromSeconds(15), Silence: TimeSpan.FromSeconds(45)),
        Closing = Closing.Inferred,
        HistoryRows = FuturesPage,
        HistoryReach = 10_000,
        Limits = new()
        {
            SeriesPerConnection = 100, // unverified; a sane shard
            Connections = 300,
            Messages = new(50, TimeSpan.FromSeconds(1)), // none documented; one pair a request needs some pace
            Weight = new(200, TimeSpan.FromSeconds(10)),
        },
    };

    private static string Channel(VenueMarket market) => market.Market == Market.Spot ? "spot" : "futures";

    private static string Root(VenueMarket market) => market.Market switch
    {
        Market.Spot => "/api/v4/spot",
        Market.UsdMargined => "/api/v4/futures/usdt",
        _ => "/api/v4/futures/btc",
    };
}
