using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices;

/// <summary>All questions that are remembered, with what is known of each.</summary>
/// <param name="providers">How many sources there are.</param>
/// <param name="most">How many questions at most; for one more, the one that nobody asked for longest is forgotten.</param>
/// <param name="timer">The clock that says when somebody asked.</param>
internal sealed class PriceBook(int providers, int most, TimeProvider timer)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PriceRequest, PriceEntry> _entries = [];

    /// <summary>How many there are.</summary>
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

    /// <summary>All of them, as of now.</summary>
    public List<PriceEntry> All()
    {
        lock (_gate)
        {
            return [.. _entries.Values];
        }
    }

    /// <summary>What is known of a question that somebody asks now.</summary>
    public PriceEntry Ask(PriceRequest request)
    {
        lock (_gate)
        {
            var entry = Hold(request);
            entry.AskedAt = timer.GetTimestamp();
            return entry;
        }
    }

    /// <summary>What is known of a question that nobody need ask.</summary>
    public PriceEntry Hold(PriceRequest request)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(request, out var entry))
            {
                if (_entries.Count >= most)
                {
                    _entries.Remove(_entries.MinBy(pair => (pair.Value.Watchers.Count > 0 || pair.Value.HasPrice, pair.Value.AskedAt ?? 0)).Key);
                }

                _entries.Add(request, entry = new PriceEntry(request, providers));
            }

            return entry;
        }
    }

    /// <summary>The answers to questions that somebody asks now, where all are there and young enough: the way of almost every question.</summary>
    /// <param name="requests">The questions.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="ttl">How old is young enough.</param>
    /// <param name="isCold">Whether one has to be asked for all the same.</param>
    /// <returns>The answers in the order of the questions; null where one has to be asked for.</returns>
    public TrackedPrice[]? TellFresh(IReadOnlyList<PriceRequest> requests, DateTimeOffset now, TimeSpan ttl, Func<PriceEntry, bool> isCold)
    {
        var found = new TrackedPrice[requests.Count];
        var asked = timer.GetTimestamp();
        lock (_gate)
        {
            for (var i = 0; i < found.Length; i++)
            {
                if (!_entries.TryGetValue(requests[i], out var entry))
                {
                    return null;
                }

                found[i] = entry.Tell(now, ttl);
                if (found[i].Price is null || found[i].IsStale || isCold(entry))
                {
                    return null;
                }

                entry.AskedAt = asked;
            }
        }

        return found;
    }

    /// <summary>Changes several at one moment.</summary>
    public void Change(IEnumerable<PriceEntry> entries, Action<PriceEntry> change)
    {
        lock (_gate)
        {
            foreach (var entry in entries)
            {
                change(entry);
            }
        }
    }

    /// <summary>Does something that nobody may change anything during.</summary>
    public T While<T>(Func<T> work)
    {
        lock (_gate)
        {
            return work();
        }
    }
}
