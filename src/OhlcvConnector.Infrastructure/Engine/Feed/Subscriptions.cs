using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// The subscriptions of one connection, wanted and asked for: the difference of the two is the next request, decided when it is sent. A series that
/// the venue may have is unsubscribed before it is subscribed again, and one that is wanted again before that happened just stays. Safe from several threads.
/// </summary>
internal sealed partial class Subscriptions(VenueLimits limits, TimeProvider clock, VenueRequests? requests = null)
{
    private readonly VenueRequests _requests = requests ?? new VenueRequests();
    private readonly Lock _gate = new();
    private readonly Dictionary<Series, Subscription> _entries = [];
    private readonly Queue<Series> _toSubscribe = new();   // and those that need it no more
    private readonly Queue<Series> _toUnsubscribe = new();
    private int _unacknowledged;

    /// <summary>True when every series that is to be asked for was asked for and acknowledged.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_gate)
            {
                return _unacknowledged == 0 && Peek(_toSubscribe, NeedsSubscribing) is null;
            }
        }
    }

    /// <summary>True when there is a request to send, and it may be sent.</summary>
    public bool HasRequest
    {
        get
        {
            lock (_gate)
            {
                return Peek(_toUnsubscribe, NeedsUnsubscribing) is not null
                    || (_unacknowledged < limits.UnacknowledgedSeries && Peek(_toSubscribe, NeedsSubscribing) is not null);
            }
        }
    }

    /// <summary>Number of series that are wanted.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Values.Count(entry => entry.IsWanted);
            }
        }
    }

    /// <summary>Wants a series.</summary>
    public void Want(Series series)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(series, out var entry))
            {
                _entries.Add(series, entry = new Subscription());
            }

            if (!entry.IsWanted)
            {
                (entry.IsWanted, entry.IsDeferred, entry.IsAlone) = (true, false, false);
                Queue(series, entry);
            }
        }
    }

    /// <summary>Wants a series no more.</summary>
    public void Drop(Series series)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(series, out var entry))
            {
                entry.IsWanted = false;
                Queue(series, entry);
            }
        }
    }

    /// <summary>Wants a series anew that the venue stopped sending: unsubscribes it, and subscribes it again.</summary>
    public void Renew(Series series)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(series, out var entry) && entry is { IsWanted: true, Stage: SubscriptionStage.Subscribed })
            {
                entry.IsRenewed = true;
                Queue(series, entry);
            }
        }
    }

    /// <summary>The next request, which is to be sent now; empty when nothing is to be asked.</summary>
    /// <param name="requestId">The id that it will carry.</param>
    /// <param name="isSubscribe">True when it subscribes its series; false when it unsubscribes them.</param>
    public Series[] Take(long requestId, out bool isSubscribe) => Take(requestId, limits.SeriesPerRequest, out isSubscribe);

    /// <inheritdoc cref="Take(long, out bool)"/>
    /// <param name="requestId">The id that it will carry.</param>
    /// <param name="most">The largest number of series that it has.</param>
    /// <param name="isSubscribe">True when it subscribes its series; false when it unsubscribes them.</param>
    public Series[] Take(long requestId, int most, out bool isSubscribe)
    {
        lock (_gate)
        {
            if (_requests.ReplaceAll)
            {
                isSubscribe = true;
                return Peek(_toUnsubscribe, NeedsUnsubscribing) is null && Peek(_toSubscribe, NeedsSubscribing) is null ? [] : TakeAll(requestId);
            }

            var batch = new List<Series>();
            while (batch.Count < most && Peek(_toUnsubscribe, NeedsUnsubscribing) is { } unwanted)
            {
                var entry = _entries[unwanted];
                Leave(entry);
                entry.WasUnsubscribed = true;
                Queue(unwanted, entry);
                batch.Add(unwanted);
            }

            isSubscribe = batch.Count == 0;
            while (isSubscribe && batch.Count < most && _unacknowledged < limits.UnacknowledgedSeries && Peek(_toSubscribe, NeedsSubscribing) is { } wanted)
            {
                var entry = _entries[wanted];
                if (entry.IsAlone && batch.Count > 0)
                {
                    break;
                }

                _toSubscribe.Dequeue();
                (entry.Stage, entry.RequestId, entry.SentAt) = (SubscriptionStage.Asked, requestId, clock.GetTimestamp());
                entry.AnswersDue++;
                _unacknowledged++;
                batch.Add(wanted);
                if (entry.IsAlone)
                {
                    break;
                }
            }

            return [.. batch];
        }
    }

    /// <summary>All that is wanted, in place of all that was asked for before; empty when nothing is, and then the venue keeps what it has.</summary>
    private Series[] TakeAll(long requestId)
    {
        _toSubscribe.Clear();
        _toUnsubscribe.Clear();
        foreach (var entry in _entries.Values)
        {
            Leave(entry);
            if (entry is { IsWanted: true, IsDeferred: false })
            {
                (entry.Stage, entry.RequestId, entry.SentAt) = (SubscriptionStage.Asked, requestId, clock.GetTimestamp());
                _unacknowledged++;
            }
        }

        return Asked(_ => true);
    }

    /// <summary>The series that were asked for and neither acknowledged nor refused.</summary>
    public Series[] Unacknowledged()
    {
        lock (_gate)
        {
            return Asked(_ => true);
        }
    }

    /// <summary>A series whose answer is overdue; null when there is none.</summary>
    public Series? Overdue(TimeSpan timeout)
    {
        lock (_gate)
        {
            return _unacknowledged == 0 || !_requests.AreAcknowledged
                ? null
                : _entries.FirstOrDefault(pair => pair.Value.Stage == SubscriptionStage.Asked && clock.GetElapsedTime(pair.Value.SentAt) > timeout).Key;
        }
    }

    private static bool NeedsUnsubscribing(Subscription entry) => entry.Stage != SubscriptionStage.Absent && (!entry.IsWanted || entry.IsRenewed);

    private static bool NeedsSubscribing(Subscription entry) => entry is { Stage: SubscriptionStage.Absent, IsWanted: true, IsDeferred: false };

    /// <summary>Returns the first series that is still to be done; what needs it no more is taken out.</summary>
    private Series? Peek(Queue<Series> queue, Func<Subscription, bool> needs)
    {
        while (queue.TryPeek(out var series))
        {
            if (needs(_entries[series]))
            {
                return series;
            }

            queue.Dequeue();
        }

        return null;
    }

    private void Queue(Series series, Subscription entry)
    {
        if (NeedsUnsubscribing(entry))
        {
            _toUnsubscribe.Enqueue(series);
        }
        else if (NeedsSubscribing(entry))
        {
            _toSubscribe.Enqueue(series);
        }
    }

    /// <summary>Notes that the venue does not have the series any more, or never had it.</summary>
    private void Leave(Subscription entry)
    {
        _unacknowledged -= entry.Stage == SubscriptionStage.Asked ? 1 : 0;
        entry.Stage = SubscriptionStage.Absent;
        entry.IsRenewed = false;
    }

    private Series[] Asked(Func<Subscription, bool> which) =>
        [.. _entries.Where(pair => pair.Value.Stage == SubscriptionStage.Asked && which(pair.Value)).Select(pair => pair.Key)];
}
