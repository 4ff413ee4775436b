using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Okx;

/// <summary>
/// OKX v5: one address for all markets. Candles come from the business path, the public one refuses them (60018). From 6H up only the spellings with
/// "utc" open at UTC; the others open on UTC+8.
/// </summary>
internal sealed partial class OkxVenue : IVenue
{
    private const int Page = 300;
    private const int NewestRows = 1440;

    private static readonly VenueIntervals Intervals = new(
        Bar("1s"), Bar("1m"), Bar("3m"), Bar("5m"), Bar("15m"), Bar("30m"), Bar("1h", "1H"), Bar("2h", "2H"), Bar("4h", "4H"), Bar("6h", "6Hutc"),
        Bar("12h", "12Hutc"),
        Bar("1d", "1Dutc"), Bar("2d", "2Dutc"), Bar("3d", "3Dutc"), Bar("1w", "1Wutc"), Bar("1M", "1Mutc"), Bar("3M", "3Mutc"));

    /// <inheritdoc/>
    public string Name => "okx";

    /// <inheritdoc/>
    public Market? DefaultMarket => null;

    /// <inheritdoc/>
    public IReadOnlyList<VenueMarket> Markets { get; } = [Facts(Market.Spot), Facts(Market.UsdMargined), Facts(Market.CoinMargined)];

    private static IntervalSpelling Bar(string interval, string? spelling = null) => new(Interval.Parse(interval), spelling ?? interval, spelling ?? interval);

    private static VenueMarket Facts(Market market) => new(market)
    {
        Stream = new("wss://ws.okx.com:8443/ws/v5/business"),
        Rest = new("https://www.okx.com"),
        TestnetStream = new("wss://wspap.okx.com:8443/ws/v5/business"),
        TestnetRest = new("https://www.okx.com"),
        TestnetHeaders = [("x-simulated-trading", "1")],
        SandboxPath = "/okx",
        Intervals = Intervals,
        Heartbeat = new(Every: TimeSpan.FromSeconds(20), Silence: TimeSpan.FromSeconds(45)), // the venue hangs up after 30 s of silence (4004)
        Closing = Closing.Flagged,
        HistoryRows = Page,
        Limits = new()
        {
            SeriesPerConnection = 300,
            SeriesPerRequest = 100, // a request of 64 KB holds about 1000; their number is not documented
            Requests = new(480, TimeSpan.FromHours(1)),
            Connects = new(3, TimeSpan.FromSeconds(1)),
            Weight = new(40, TimeSpan.FromSeconds(2)), // candles 40 in 2 s, history-candles and instruments 20
        },
    };
}
