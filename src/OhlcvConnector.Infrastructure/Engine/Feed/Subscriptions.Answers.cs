using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>Takes the venue's answers.</content>
internal sealed partial class Subscriptions
{
    /// <summary>Takes the venue's acceptance of something: the series that it names, else the request, else the oldest request.</summary>
    /// <param name="note">The venue's message.</param>
    /// <param name="named">The series that it names; null when it names none of ours.</param>
    /// <returns>The series that are subscribed by that.</returns>
    public Series[] Accept(FrameNote note, Series? named)
    {
        lock (_gate)
        {
            if (named is not null)
            {
                return Accept(named, note.RequestId) ? [named] : [];
            }

            Series[] accepted = note.Symbol is null && (note.RequestId ?? OldestRequest()) is { } id ? Asked(entry => entry.RequestId == id) : [];
            foreach (var series in accepted)
            {
                Accept(_entries[series]);
            }

            return accepted;
        }
    }

    /// <summary>Takes a candle of a series that was asked for as the venue's answer.</summary>
    public void Hear(Series series)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(series, out var entry) && entry is { Stage: SubscriptionStage.Asked, WasUnsubscribed: false })
            {
                Accept(entry);
            }
        }
    }

    /// <summary>Takes the venue's refusal of something. What of it is asked for again by itself is so already.</summary>
    /// <param name="note">The venue's message.</param>
    /// <param name="named">The series that it names; null when it names none of ours.</param>
    /// <returns>The series that are refused for now, and the one that is refused for good if its feed agrees.</returns>
    public (Series[] ForNow, Series? ForGood) Refuse(FrameNote note, Series? named)
    {
        lock (_gate)
        {
            // what names nothing is about something that waits for an answer
            var asked = note.RequestId is { } id ? Asked(entry => entry.RequestId == id) : named is null ? Asked(_ => true) : [];
            var isCurrent = named is null || Answered(named, note.RequestId);
            if (note.IsSubscribed)
            {
                if (isCurrent && named is not null && _entries[named] is { Stage: SubscriptionStage.Asked } entry)
                {
                    Accept(entry);
                }

                Retry(asked.Where(series => !series.Equals(named)), alone: false); // for the one that it had, the venue dropped the whole request
                return ([], null);
            }

            if (!isCurrent)
            {
                return ([], null); // to a request before the last; the answer to that one is still to come
            }

            if (note.Retry)
            {
                return (asked.Length > 0 ? asked : named is null ? [] : [named], null);
            }

            if (named is not null)
            {
                Retry(asked.Where(series => !series.Equals(named)), alone: false); // one bad topic may have failed the whole request
                return ([], named);
            }

            if (asked.Length == 1)
            {
                return ([], asked[0]);
            }

            Retry(asked, alone: true);
            return ([], null);
        }
    }

    /// <summary>Leaves series alone that the venue refused for now, until <see cref="Resume"/>.</summary>
    public void Defer(IEnumerable<Series> series)
    {
        lock (_gate)
        {
            foreach (var one in series)
            {
                if (_entries.TryGetValue(one, out var entry) && entry.Stage != SubscriptionStage.Absent)
                {
                    Leave(entry);
                    entry.IsDeferred = true;
                }
            }
        }
    }

    /// <summary>Asks again for series that were left alone.</summary>
    public void Resume(IEnumerable<Series> series)
    {
        lock (_gate)
        {
            foreach (var one in series)
            {
                if (_entries.TryGetValue(one, out var entry) && entry.IsDeferred)
                {
                    entry.IsDeferred = false;
                    Queue(one, entry);
                }
            }
        }
    }

    /// <summary>Takes a series out that the venue refused; nothing is to be unsubscribed.</summary>
    public void Reject(Series series)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(series, out var entry))
            {
                Leave(entry);
                entry.IsWanted = false;
            }
        }
    }

    private void Retry(IEnumerable<Series> series, bool alone)
    {
        foreach (var one in series)
        {
            var entry = _entries[one];
            Leave(entry);
            entry.IsAlone |= alone;
            Queue(one, entry);
        }
    }

    private bool Accept(Series series, long? requestId)
    {
        if (!Answered(series, requestId) || _entries[series] is not { Stage: SubscriptionStage.Asked } entry)
        {
            return false;
        }

        Accept(entry);
        return true;
    }

    /// <summary>Returns true when an answer that names a series is to what was last asked of it, and not to a request before.</summary>
    private bool Answered(Series series, long? requestId)
    {
        if (!_entries.TryGetValue(series, out var entry))
        {
            return false;
        }

        entry.AnswersDue = requestId == entry.RequestId ? 0 : Math.Max(0, entry.AnswersDue - 1);
        return requestId is null ? entry.AnswersDue == 0 : requestId == entry.RequestId;
    }

    private long? OldestRequest() => _entries.Values.Where(entry => entry.Stage == SubscriptionStage.Asked).Select(entry => (long?)entry.RequestId).Min();

    private void Accept(Subscription entry)
    {
        entry.Stage = SubscriptionStage.Subscribed;
        _unacknowledged--;
    }
}
