using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// The shards of a feed: spreads its series over connections, within the exchange's limits, and accounts for what its address has reserved for them. Used under
/// the feed's lock.
/// </summary>
/// <param name="access">The market of the feed.</param>
/// <param name="areTrades">True when the connections carry trades alone; the trades of a symbol serve all of its series.</param>
/// <param name="open">Makes a shard, whose connections have been reserved.</param>
internal sealed class FeedShards(VenueAccess access, bool areTrades, Func<FeedShard> open)
{
    private readonly List<FeedShard> _shards = [];
    private int _reservedSeries;

    /// <summary>Shards of the feed, all of them.</summary>
    public IReadOnlyList<FeedShard> All => _shards;

    /// <summary>True when everything that was reserved has been given back.</summary>
    public bool IsReleased { get; private set; }

    private int Redundancy => access.Options.Redundancy;

    /// <summary>Reserves a series' place, on a connection that has room, or else on a new one.</summary>
    /// <param name="series">The series.</param>
    /// <param name="streams">The number of subscriptions that it needs.</param>
    /// <exception cref="SubscriptionLimitException">The exchange allows no more.</exception>
    public FeedShard Place(Series series, int streams)
    {
        var existing = WithRoom(series, streams);
        access.Address.Reserve(existing is null ? Redundancy : 0, Redundancy);
        _reservedSeries += Redundancy;
        return existing ?? Open();
    }

    /// <summary>Reserves a connection for a series that has a place already.</summary>
    /// <exception cref="SubscriptionLimitException">The exchange allows no more.</exception>
    public FeedShard PlaceAlone()
    {
        access.Address.Reserve(Redundancy, series: 0);
        return Open();
    }

    /// <summary>Gives back the place of a series.</summary>
    public void Leave()
    {
        if (!IsReleased)
        {
            access.Address.Release(0, Redundancy);
            _reservedSeries -= Redundancy;
        }
    }

    /// <summary>Gives back everything, once.</summary>
    public void Release()
    {
        if (!IsReleased)
        {
            IsReleased = true;
            access.Address.Release(_shards.Count * Redundancy, _reservedSeries);
            _reservedSeries = 0;
        }
    }

    /// <summary>Returns true when a shard may have another subscription.</summary>
    public bool HasStream(FeedShard shard) => shard.Streams < access.Market.Limits.SeriesPerConnection;

    private FeedShard? WithRoom(Series series, int streams)
    {
        var limits = access.Market.Limits;
        var most = access.Options.MaxSeriesPerConnection ?? int.MaxValue;
        var room = limits.CharactersPerConnection - limits.TopicCharacters(series);
        return _shards.Find(
            shard => (areTrades ? shard.Streams : shard.Count) < most && shard.Streams + streams <= limits.SeriesPerConnection && shard.Characters <= room);
    }

    private FeedShard Open()
    {
        var added = open();
        _shards.Add(added);
        return added;
    }
}
