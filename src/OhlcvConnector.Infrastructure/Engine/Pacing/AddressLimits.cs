using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Pacing;

/// <summary>
/// The rate and connection limits that a venue counts per IP address of ours, over all markets, feeds and connections that lead to one of its own.
/// </summary>
internal sealed class AddressLimits(string exchange, VenueLimits limits, TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<TradesLease> _trades = [];
    private int _connections;
    private int _series;

    /// <summary>New connections.</summary>
    public RateWindow Connects { get; } = new(limits.Connects, clock);

    /// <summary>Messages that we send, over all connections.</summary>
    public RateWindow Messages { get; } = new(limits.MessagesOfAll, clock);

    /// <summary>True when any series is followed, so that its repair may need requests at any time.</summary>
    public bool HasSeries
    {
        get
        {
            lock (_gate)
            {
                return _series > 0;
            }
        }
    }

    /// <summary>Opens no new connection for this long: the venue said so.</summary>
    public void LeaveAlone(TimeSpan time) => Connects.Block(time);

    /// <summary>Books what a feed is about to open. Where that takes subscriptions that trades have, the quietest symbols lose theirs.</summary>
    /// <exception cref="SubscriptionLimitException">The venue would refuse it; nothing was booked.</exception>
    public void Reserve(int connections, int series)
    {
        foreach (var lease in Book(connections, series))
        {
            lease.GiveUp();
        }
    }

    /// <summary>Number of further subscriptions that the venue allows, those to trades included.</summary>
    public int Room
    {
        get
        {
            lock (_gate)
            {
                return limits.SeriesOfAll - _series - _trades.Sum(one => one.Count);
            }
        }
    }

    /// <summary>Books the trades of a symbol, where there is room beside candles.</summary>
    public bool TryReserve(TradesLease lease)
    {
        lock (_gate)
        {
            var isRoom = _series + _trades.Sum(one => one.Count) + lease.Count <= limits.SeriesOfAll;
            if (isRoom)
            {
                _trades.Add(lease);
            }

            return isRoom;
        }
    }

    /// <summary>
    /// Makes room for the trades of a symbol where there is none: takes the subscriptions of the quietest symbol that has its trades, if this one is more than
    /// twice as busy.
    /// </summary>
    /// <returns>True when a symbol lost its subscriptions, so that there is room now.</returns>
    public bool TryMakeRoom(TradesLease lease)
    {
        TradesLease? quietest;
        lock (_gate)
        {
            quietest = _trades.MinBy(one => one.Busyness());
            if (quietest is null || quietest.Count < lease.Count || quietest.Busyness() * 2 >= lease.Busyness())
            {
                return false;
            }

            _trades.Remove(quietest);
        }

        quietest.GiveUp();
        return true;
    }

    /// <summary>Gives back what the trades of a symbol no longer hold.</summary>
    public void Release(TradesLease lease)
    {
        lock (_gate)
        {
            _trades.Remove(lease);
        }
    }

    private List<TradesLease> Book(int connections, int series)
    {
        lock (_gate)
        {
            var given = new List<TradesLease>();
            if (_connections + connections > limits.Connections)
            {
                throw new SubscriptionLimitException(exchange, $"{limits.Connections} connections", $"{_connections} are in use");
            }

            if (_series + series > limits.SeriesOfAll)
            {
                throw new SubscriptionLimitException(exchange, $"{limits.SeriesOfAll} series", $"{_series} are in use");
            }

            _connections += connections;
            _series += series;
            while (_trades.Count > 0 && _series + _trades.Sum(one => one.Count) > limits.SeriesOfAll)
            {
                var quietest = _trades.MinBy(one => one.Busyness())!;
                _trades.Remove(quietest);
                given.Add(quietest);
            }

            return given;
        }
    }

    /// <summary>Gives back what a feed no longer holds.</summary>
    public void Release(int connections, int series)
    {
        lock (_gate)
        {
            _connections -= connections;
            _series -= series;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Connects.Dispose();
        Messages.Dispose();
    }
}
