using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Hyperliquid;

/// <summary>
/// Hyperliquid: perpetuals, builders' perpetuals (<c>dex:COIN</c>) and spot behind one address. Nobody says that a candle is closed, and a candle without
/// trades is not sent. There are no inverse contracts; what the Python connector called coin-margined were the same perpetuals.
/// </summary>
internal sealed partial class HyperliquidVenue : IVenue
{
    private const int NewestRows = 5000;

    /// <inheritdoc/>
    public string Name => "hyperliquid";

    /// <inheritdoc/>
    public Market? DefaultMarket => null;

    /// <inheritdoc/>
    public IReadOnlyList<VenueMarket> Markets { get; } = [Facts(Market.Spot), Facts(Market.UsdMargined)];

    private static VenueMarket Facts(Market market) => new(market)
    {
        Stream = new("wss://api.hyperliquid.xyz/ws"),
        Rest = new("https://api.hyperliquid.xyz"),
        TestnetStream = new("wss://api.hyperliquid-testnet.xyz/ws"),
        TestnetRest = new("https://api.hyperliquid-testnet.xyz"),
        SandboxPath = "/hyperliquid",
        Intervals = VenueIntervals.Same("1m 3m 5m 15m 30m 1h 2h 4h 8h 12h 1d 3d 1w 1M"),
        Heartbeat = new(Every: TimeSpan.FromSeconds(30), Silence: TimeSpan.FromSeconds(60)),
        Closing = Closing.Inferred,
        OmitsQuietCandles = true,
        Trades = new(AreCounted: true, GiveQuoteVolume: false, IdsAscend: false),
        HistoryRows = NewestRows,
        HistoryReach = NewestRows,
        Limits = new()
        {
            SeriesPerConnection = 200,
            SeriesOfAll = 1_000,
            Connections = 8, // 10 are allowed
            Connects = new(30, TimeSpan.FromMinutes(1)),
            MessagesOfAll = new(1_800, TimeSpan.FromMinutes(1)), // 2000 are allowed, pings included
            UnacknowledgedSeries = 5, // a burst right after connecting was closed as "Inactive"
            Weight = new(1200, TimeSpan.FromMinutes(1)),
        },
    };
}
