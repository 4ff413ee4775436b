using OhlcvConnector.Sandbox.Faults;
using OhlcvConnector.Sandbox.Recorded;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>World that all simulated venues of one server share: the clock, the settings and the faults.</summary>
internal sealed class World(SandboxOptions options, SandboxClock clock)
{
    /// <summary>Trades that all streams together may send in a real second.</summary>
    public const int MaxTradesPerSecond = 2_000;

    private const double TradesPerListing = 0.6; // in a second of market time, rounded up

    private readonly Dictionary<string, VenueWorld> _venues = [];

    /// <summary>The settings.</summary>
    public SandboxOptions Options => options;

    /// <summary>The market's clock.</summary>
    public SandboxClock Clock => clock;

    /// <summary>Faults that last: what goes wrong.</summary>
    public FaultBoard Faults { get; } = new(options.Seed, clock);

    /// <summary>What was recorded and is said again; null where all is simulated.</summary>
    public RecordedBooks? Recorded { get; } = options.Recording is null ? null : new RecordedBooks();

    /// <summary>The venues.</summary>
    public IReadOnlyCollection<VenueWorld> Venues => _venues.Values;

    /// <summary>The counts of all venues.</summary>
    public SandboxStatistics Statistics => _venues.Values.Select(venue => venue.Statistics).Aggregate((sum, one) => new SandboxStatistics(
        sum.ConnectionsOpened + one.ConnectionsOpened,
        sum.ConnectionsOpen + one.ConnectionsOpen,
        sum.Subscriptions + one.Subscriptions,
        sum.MessagesSent + one.MessagesSent,
        sum.RequestsServed + one.RequestsServed,
        sum.Violations + one.Violations));

    /// <summary>True when the trades of one more listing can be sent.</summary>
    public bool HasRoomForTrades => Recorded is not null
        || (Sessions(null).Sum(session => session.TradesCount) + 1) * TradesPerListing * clock.Speed <= MaxTradesPerSecond;

    /// <summary>The part of one venue; made when it is first asked for, while the server starts.</summary>
    public VenueWorld Venue(string exchange)
    {
        if (!_venues.TryGetValue(exchange, out var venue))
        {
            _venues.Add(exchange, venue = new VenueWorld(this, exchange));
        }

        return venue;
    }

    /// <summary>The open streams, of one venue or of all.</summary>
    public IReadOnlyList<StreamSession> Sessions(string? exchange) =>
        [.. _venues.Values.Where(venue => exchange is null || venue.Exchange == exchange).SelectMany(venue => venue.Sessions)];
}
