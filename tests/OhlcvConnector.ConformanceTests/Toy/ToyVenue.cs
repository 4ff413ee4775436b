using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.ConformanceTests.Toy;

/// <summary>An exchange that does not exist, added by the steps of docs/adding-a-venue.md: 1. the facts.</summary>
internal sealed partial class ToyVenue : IVenue
{
    private const int HistoryRows = 500;

    public string Name => "toy";

    public Market? DefaultMarket => Market.Spot;

    public IReadOnlyList<VenueMarket> Markets { get; } =
    [
        new(Market.Spot)
        {
            Stream = new("wss://stream.toy.example/v1"),
            Rest = new("https://api.toy.example"),
            SandboxPath = "/toy",
            Intervals = VenueIntervals.Same("1m 5m 15m 1h 4h 1d"),
            Heartbeat = new(Every: TimeSpan.FromSeconds(20), Silence: TimeSpan.FromSeconds(60)),
            Closing = Closing.Flagged,
            HistoryRows = HistoryRows,
            Limits = new()
            {
                SeriesPerConnection = 50,
                SeriesPerRequest = 10,
                Messages = new(20, TimeSpan.FromSeconds(1)),
                Weight = new(100, TimeSpan.FromSeconds(1)),
            },
        },
    ];
}
