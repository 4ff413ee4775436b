using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <summary>Where each series of one connection stands between wanted and acknowledged. Safe from several threads.</summary>
internal sealed class Subscriptions(VenueLimits limits, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Series, Entry> _entries = [];
    private readonly Queue<Series> _wanted = new();
    private readonly Queue<Series> _unwanted = new();
    private int _unacknowledged;

    private enum Stage
    {
        Wanted,
        Sent,
        Acknowledged,
        Deferred,
    }

    /// <summary>Whether every series was acknowledged.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_gate)
            {
                return _wanted.Count == 0 && _unacknowledged == 0;
            }
        }
    }

    /// <summary>Whether a series waits to be subscribed, and may be.</summary>
    public bool HasWanted
    {
        get
        {
            lock (_gate)
            {
                return _wanted.Count > 0 && _unacknowledged < limits.UnacknowledgedSeries;
            }
        }
    }

    /// <summary>How many series there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Adds a series to be subscribed.</summary>
    public void Want(Series series)
    {
        lock (_gate)
        {
            if (_entries.TryAdd(series, new Entry()))
            {
                _wanted.Enqueue(series);
            }
        }
    }

    /// <summary>Takes a series out, to be unsubscribed if it was subscribed.</summary>
    public void Drop(Series series)
    {
        lock (_gate)
        {
            if (_entries.Remove(series, out var entry) && entry.Stage is Stage.Sent or Stage.Acknowledged)
            {
                _unacknowledged -= entry.Stage == Stage.Sent ? 1 : 0;
                _unwanted.Enqueue(series);
            }
        }
    }

    /// <summary>Subscribes a series again, as if it were new.</summary>
    public void Renew(Series series)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(series, out var entry) && entry.Stage == Stage.Acknowledged)
            {
                _unwanted.Enqueue(series);
                entry.Stage = Stage.Wanted;
                _wanted.Enqueue(series);
            }
        }
    }

    /// <summary>The next series to unsubscribe, as many as fit into one request; empty when there are none.</summary>
    public Series[] TakeUnwanted()
    {
        lock (_gate)
        {
            var batch = new Series[Math.Min(_unwanted.Count, limits.SeriesPerRequest)];
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = _unwanted.Dequeue();
            }

            return batch;
        }
    }

    /// <summary>The next series to subscribe, as many as fit into one request and may go unacknowledged; empty when there are none now.</summary>
    public Series[] TakeWanted(long requestId)
    {
        lock (_gate)
        {
            var batch = new List<Series>();
            while (batch.Count < limits.SeriesPerRequest && _unacknowledged < limits.UnacknowledgedSeries && _wanted.TryPeek(out var series))
            {
                if (!_entries.TryGetValue(series, out var entry) || entry.Stage != Stage.Wanted)
                {
                    _wanted.Dequeue();
                    continue;
                }

                if (entry.IsAlone && batch.Count > 0)
                {
                    break;
                }

                _wanted.Dequeue();
                (entry.Stage, entry.RequestId, entry.SentAt) = (Stage.Sent, requestId, clock.GetTimestamp());
                _unacknowledged++;
                batch.Add(series);
                if (entry.IsAlone)
                {
                    break;
                }
            }

            return [.. batch];
        }
    }

    /// <summary>The venue accepted what a request asked for.</summary>
    public void Acknowledge(long requestId)
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values.Where(entry => entry.Stage == Stage.Sent && entry.RequestId == requestId))
            {
                Accept(entry);
            }
        }
    }

    /// <summary>The venue accepted a series, or sends its candles already.</summary>
    public void Acknowledge(Series series)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(series, out var entry) && entry.Stage == Stage.Sent)
            {
                Accept(entry);
            }
        }
    }

    /// <summary>The venue accepted something and did not say what: the oldest request.</summary>
    public void AcknowledgeOldest()
    {
        lock (_gate)
        {
            if (_entries.Values.Where(entry => entry.Stage == Stage.Sent).MinBy(entry => entry.RequestId) is { } oldest)
            {
                Accept(oldest);
            }
        }
    }

    /// <summary>The series of a request that wait for its answer.</summary>
    public Series[] SentWith(long requestId)
    {
        lock (_gate)
        {
            return [.. _entries.Where(pair => pair.Value.Stage == Stage.Sent && pair.Value.RequestId == requestId).Select(pair => pair.Key)];
        }
    }

    /// <summary>Asks for series again, each in a request of its own when one of them spoilt a common one.</summary>
    public void Retry(IEnumerable<Series> series, bool alone)
    {
        lock (_gate)
        {
            foreach (var one in series)
            {
                if (_entries.TryGetValue(one, out var entry))
                {
                    entry.IsAlone |= alone;
                    Move([one], Stage.Sent, Stage.Wanted);
                }
            }
        }
    }

    /// <summary>Leaves series alone that the venue refused for now, until <see cref="Resume"/>.</summary>
    public void Defer(IEnumerable<Series> series) => Move(series, Stage.Sent, Stage.Deferred);

    /// <summary>Asks again for series that were left alone.</summary>
    public void Resume(IEnumerable<Series> series) => Move(series, Stage.Deferred, Stage.Wanted);

    /// <summary>Takes a series out that the venue refused; nothing is to be unsubscribed.</summary>
    public void Reject(Series series)
    {
        lock (_gate)
        {
            if (_entries.Remove(series, out var entry) && entry.Stage == Stage.Sent)
            {
                _unacknowledged--;
            }
        }
    }

    /// <summary>The series that were asked for and neither acknowledged nor refused.</summary>
    public Series[] Unacknowledged()
    {
        lock (_gate)
        {
            return [.. _entries.Where(pair => pair.Value.Stage == Stage.Sent).Select(pair => pair.Key)];
        }
    }

    /// <summary>A series whose answer is overdue; null when there is none.</summary>
    public Series? Overdue(TimeSpan timeout)
    {
        lock (_gate)
        {
            if (_unacknowledged == 0)
            {
                return null;
            }

            foreach (var (series, entry) in _entries)
            {
                if (entry.Stage == Stage.Sent && clock.GetElapsedTime(entry.SentAt) > timeout)
                {
                    return series;
                }
            }

            return null;
        }
    }

    private void Move(IEnumerable<Series> series, Stage from, Stage to)
    {
        lock (_gate)
        {
            foreach (var one in series)
            {
                if (_entries.TryGetValue(one, out var entry) && entry.Stage == from)
                {
                    _unacknowledged -= from == Stage.Sent ? 1 : 0;
                    entry.Stage = to;
                    if (to == Stage.Wanted)
                    {
                        _wanted.Enqueue(one);
                    }
                }
            }
        }
    }

    private void Accept(Entry entry)
    {
        entry.Stage = Stage.Acknowledged;
        _unacknowledged--;
    }

    private sealed class Entry
    {
        public Stage Stage { get; set; }

        public bool IsAlone { get; set; }

        public long RequestId { get; set; }

        public long SentAt { get; set; }
    }
}
