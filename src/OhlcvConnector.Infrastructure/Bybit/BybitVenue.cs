using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Bybit;

/// <summary>Bybit v5: a stream for each category, one REST address. One bad topic fails a whole request.</summary>
internal sealed partial class BybitVenue : IVenue
{
    private const int Page = 1000;

    private static readonly VenueIntervals Intervals = new(
        Spelt("1m", "1"), Spelt("3m", "3"), Spelt("5m", "5"), Spelt("15m", "15"), Spelt("30m", "30"), Spelt("1h", "60"), Spelt("2h", "120"), Spelt("4h", "240"),
        Spelt("6h", "360"), Spelt("12h", "720"), Spelt("1d", "D"), Spelt("1w", "W"), Spelt("1M", "M"));

    /// <inheritdoc/>
    public string Name => "bybit";

    /// <inheritdoc/>
    public Market? DefaultMarket => Market.Spot;

    /// <inheritdoc/>
    public IReadOnlyList<VenueMarket> Markets { get; } = [Facts(Market.Spot), Facts(Market.UsdMargined), Facts(Market.CoinMargined)];

    private static IntervalSpelling Spelt(string interval, string spelling) => new(Interval.Parse(interval), spelling, spelling);

    private static string Category(Market market) => market switch
    {
        Market.Spot => "spot",
        Market.UsdMargined => "linear",
        _ => "inverse",
    };

    private static VenueMarket Facts(Market market) => new(market)
    {
        Stream = new("wss://stream.bybit.com/v5/public/" + Category(market)),
        Rest = new("https://api.bybit.com"),
        TestnetStream = new("wss://stream-testnet.bybit.com/v5/public/" + Category(market)),
        TestnetRest = new("https://api-testnet.bybit.com"),
        SandboxPath = "/bybit",
        Intervals = Intervals,
        Heartbeat = new(Every: TimeSpan.FromSeconds(20), Silence: TimeSpan.FromSeconds(45)),
        Closing = Closing.Flagged,
        HistoryRows = Page,
        Limits = new()
        {
            SeriesPerConnection = 500,
            SeriesPerRequest = market == Market.Spot ? 10 : 100, // spot allows ten args; the others count characters only
            CharactersPerConnection = 21_000,
            TopicCharacters = series => Topic(series).Length + 3, // quotes and comma
            Connects = new(500, TimeSpan.FromMinutes(5)),
            Connections = 1_000,
            Weight = new(600, TimeSpan.FromSeconds(5)), // beyond it HTTP 403 for ten minutes
        },
    };

    private static string Topic(Series series) => $"kline.{Intervals.StreamSpelling(series.Interval)}.{series.VenueSymbol}";
}
