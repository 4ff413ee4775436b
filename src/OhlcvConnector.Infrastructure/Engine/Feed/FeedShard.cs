using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// A shard of a feed: some of its series, and the lanes that carry all of them: one, or more where the user wants them twice and the first to come.
/// </summary>
internal sealed class FeedShard
{
    private readonly VenueAccess _access;
    private readonly HashSet<Series> _series = [];
    private readonly HashSet<Series> _trades = [];
    private readonly FeedLane[] _lanes;
    private readonly Lock _gate = new();

    /// <summary>Creates an empty shard.</summary>
    /// <param name="access">The market of the shard.</param>
    /// <param name="first">Remembers whether the feed ever had a connection.</param>
    /// <param name="create">Makes a connection.</param>
    /// <param name="suspect">Told which series a venue had been asked for when it ended a connection without a word.</param>
    /// <param name="random">Jitter.</param>
    public FeedShard(VenueAccess access, FirstConnection first, Func<FeedConnection> create, Action<FeedShard, Series[]> suspect, Func<double> random)
    {
        _access = access;
        _lanes = [.. Enumerable.Range(0, access.Options.Redundancy).Select(_ => new FeedLane(access, first, create, Launch, Suspect, random))];

        void Suspect(Series[] suspects) => suspect(this, suspects);
    }

    /// <summary>Number of series on this shard.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _series.Count;
            }
        }
    }

    /// <summary>Number of subscriptions on this shard, those to trades among them.</summary>
    public int Streams
    {
        get
        {
            lock (_gate)
            {
                return _series.Count + _trades.Count;
            }
        }
    }

    /// <summary>The connections that carry it, through all of their lives.</summary>
    public IReadOnlyList<FeedLane> Lanes => _lanes;

    /// <summary>Time since which one of its lanes has delivered without a break, Unix epoch milliseconds by the venue's clock; null while none does.</summary>
    public long? LiveSinceMs => _lanes.Min(lane => lane.LiveSinceMs);

    /// <summary>
    /// Time since which one of its lanes has delivered without a break, a timestamp of the clock that waits are measured with; null while none does.
    /// </summary>
    public long? LiveSinceAt => _lanes.Min(lane => lane.LiveSinceAt);

    /// <summary>Characters of its topics, as the venue's limits count them.</summary>
    public int Characters { get; private set; }

    /// <summary>Adds a series, and subscribes it where there is a connection.</summary>
    public void Add(Series series)
    {
        lock (_gate)
        {
            if (_series.Add(series))
            {
                Characters += _access.Market.Limits.TopicCharacters(series);
                Array.ForEach(_lanes, lane => lane.Connection?.Subscriber.Add(series));
            }
        }
    }

    /// <summary>Removes a series, and unsubscribes it where there is a connection.</summary>
    public void Remove(Series series)
    {
        lock (_gate)
        {
            if (_series.Remove(series))
            {
                Characters -= _access.Market.Limits.TopicCharacters(series);
                Array.ForEach(_lanes, lane => lane.Connection?.Subscriber.Remove(series));
            }
        }
    }

    /// <summary>Subscribes a series again that the venue stopped sending.</summary>
    public void Renew(Series series)
    {
        lock (_gate)
        {
            Array.ForEach(_lanes, lane => lane.Connection?.Subscriber.Renew(series));
        }
    }

    /// <summary>Adds the trades of a series' symbol.</summary>
    public void AddTrades(Series series)
    {
        lock (_gate)
        {
            if (_trades.Add(series))
            {
                Array.ForEach(_lanes, lane => lane.Connection?.Subscriber.AddTrades(series));
            }
        }
    }

    /// <summary>Removes the trades of a series' symbol.</summary>
    public void RemoveTrades(Series series)
    {
        lock (_gate)
        {
            if (_trades.Remove(series))
            {
                Array.ForEach(_lanes, lane => lane.Connection?.Subscriber.RemoveTrades(series));
            }
        }
    }

    /// <summary>Subscribes the trades of a series' symbol again.</summary>
    public void RenewTrades(Series series)
    {
        lock (_gate)
        {
            Array.ForEach(_lanes, lane => lane.Connection?.Subscriber.RenewTrades(series));
        }
    }

    /// <summary>Cuts its connections, as a fault would.</summary>
    public void Cut(string reason)
    {
        lock (_gate)
        {
            Array.ForEach(_lanes, lane => lane.Connection?.Close(reason));
        }
    }

    private void Launch(FeedLane lane, FeedConnection connection)
    {
        lock (_gate)
        {
            connection.Start([.. _series], [.. _trades]);
            lane.Connection = connection;
        }
    }
}
