using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut;

/// <summary>
/// One series and all who want it: numbers its candles, keeps the newest closed ones, and hands each quote, encoded once for all alike, to every subscriber.
/// </summary>
/// <param name="series">The series.</param>
/// <param name="memory">Closed candles to keep.</param>
internal sealed class SeriesChannel(Series series, int memory)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IQuoteEncoding, List<Subscriber>> _subscribers = [];
    private readonly Queue<Published> _recent = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Published? _open;
    private long _sequence;
    private long _published;
    private long? _coveredFromMs;
    private long _lastClosedMs;
    private long _lastQuoteMs;

    /// <summary>The series.</summary>
    public Series Series { get; } = series;

    /// <summary>How many want it, and since when nobody does; they belong to the hub.</summary>
    public (int References, long? UnusedSince) Use { get; set; }

    /// <summary>Whether it stays though nobody wants it; belongs to the hub.</summary>
    public bool IsPreloaded { get; set; }

    /// <summary>Whether it is up to date, why not, and since when; belongs to the hub.</summary>
    public (SeriesState State, string Reason) Status { get; set; } = (SeriesState.Reconnecting, "connecting");

    /// <summary>Why the exchange refused it for good; null otherwise.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Completes with the first quote, or the refusal.</summary>
    public Task First => _first.Task;

    /// <summary>Open time of the newest closed candle; 0 before the first.</summary>
    public long LastClosedMs => Volatile.Read(ref _lastClosedMs);

    /// <summary>Open time of the newest quote; 0 before the first.</summary>
    public long LastQuoteMs => Volatile.Read(ref _lastQuoteMs);

    /// <summary>The number of the newest closed candle.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>How many quotes were published.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>The newest quote, open or closed; null before the first.</summary>
    public PriceQuote? Newest
    {
        get
        {
            lock (_gate)
            {
                return _open?.Quote ?? (_recent.Count > 0 ? _recent.Last().Quote : null);
            }
        }
    }

    /// <summary>How many subscribers there are.</summary>
    public int SubscriberCount
    {
        get
        {
            lock (_gate)
            {
                return _subscribers.Values.Sum(list => list.Count);
            }
        }
    }

    /// <summary>From which open time on memory holds every closed candle; null before the first quote.</summary>
    public long? CoveredFromMs
    {
        get
        {
            lock (_gate)
            {
                return _coveredFromMs;
            }
        }
    }

    /// <summary>Hands a quote to all subscribers.</summary>
    /// <param name="quote">The quote.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="dirty">Takes the outboxes that want a flush.</param>
    public void Publish(in PriceQuote quote, DateTimeOffset now, List<Outbox> dirty)
    {
        lock (_gate)
        {
            var published = Remember(quote);
            foreach (var (encoding, subscribers) in _subscribers)
            {
                byte[]? frame = null;
                byte[]? gap = null;
                foreach (var subscriber in subscribers)
                {
                    if (!subscriber.IsLive || quote.OpenMs < subscriber.FromMs || (subscriber.ClosedOnly && !quote.IsClosed))
                    {
                        continue;
                    }

                    if (quote.GapBefore is { } hole)
                    {
                        gap ??= encoding.Gap(Series, hole);
                        if (gap is not null && subscriber.Outbox.Push(gap))
                        {
                            dirty.Add(subscriber.Outbox);
                        }
                    }

                    frame ??= encoding.Quote(published, now);
                    var wantsFlush = quote.IsClosed
                        ? subscriber.Outbox.PushClosed(subscriber.Place, frame, quote.OpenMs)
                        : subscriber.Outbox.PushOpen(subscriber.Place, frame, quote.OpenMs);
                    if (wantsFlush)
                    {
                        dirty.Add(subscriber.Outbox);
                    }
                }
            }
        }
    }

    /// <summary>Tells all subscribers how the series is.</summary>
    public void PublishStatus(DateTimeOffset now, List<Outbox> dirty)
    {
        lock (_gate)
        {
            foreach (var (encoding, subscribers) in _subscribers)
            {
                if (encoding.Status(Series, Status.State, Status.Reason, now) is not { } frame)
                {
                    continue;
                }

                foreach (var subscriber in subscribers)
                {
                    if (subscriber.Outbox.Push(frame))
                    {
                        dirty.Add(subscriber.Outbox);
                    }
                }
            }
        }
    }

    /// <summary>The exchange refuses the series for good.</summary>
    public void Refuse(string reason)
    {
        Refusal = reason;
        _first.TrySetResult();
    }

    /// <summary>Registers a subscriber; it gets nothing before <see cref="TryGoLive"/> or <see cref="GoLive"/>.</summary>
    public void Attach(Subscriber subscriber)
    {
        lock (_gate)
        {
            if (!_subscribers.TryGetValue(subscriber.Encoding, out var list))
            {
                _subscribers.Add(subscriber.Encoding, list = []);
            }

            list.Add(subscriber);
        }
    }

    /// <summary>Lets a subscriber have what comes from now on, the open candle's present state first.</summary>
    public void GoLive(Subscriber subscriber, DateTimeOffset now)
    {
        lock (_gate)
        {
            subscriber.IsLive = true;
            PushOpen(subscriber, now);
        }
    }

    /// <summary>
    /// Gives a subscriber every closed candle from an open time on out of memory, then what comes; false when memory does not reach back so far, or nothing
    /// came yet, so that it is not known how far it reaches.
    /// </summary>
    /// <param name="subscriber">Who.</param>
    /// <param name="fromMs">The first closed candle that it has not had, Unix epoch milliseconds.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="encodePast">Makes one frame of several candles.</param>
    public bool TryGoLive(Subscriber subscriber, long fromMs, DateTimeOffset now, Func<IReadOnlyList<Published>, byte[]> encodePast)
    {
        lock (_gate)
        {
            if (_coveredFromMs is not { } covered || covered > fromMs)
            {
                return false;
            }

            foreach (var chunk in _recent.Where(published => published.Quote.OpenMs >= fromMs).Chunk(PastReader.CandlesInFrame))
            {
                subscriber.Outbox.Push(encodePast(chunk), chunk.Length);
            }

            subscriber.FromMs = fromMs;
            subscriber.IsLive = true;
            PushOpen(subscriber, now);
            return true;
        }
    }

    /// <summary>Removes a subscriber, and what waits for it of the open candle.</summary>
    public void Detach(Subscriber subscriber)
    {
        lock (_gate)
        {
            subscriber.IsLive = false;
            if (_subscribers.TryGetValue(subscriber.Encoding, out var list) && list.Remove(subscriber) && list.Count == 0)
            {
                _subscribers.Remove(subscriber.Encoding);
            }
        }

        subscriber.Outbox.Forget(subscriber.Place);
    }

    private void PushOpen(Subscriber subscriber, DateTimeOffset now)
    {
        if (_open is { } open && !subscriber.ClosedOnly)
        {
            subscriber.Outbox.PushOpen(subscriber.Place, subscriber.Encoding.Quote(open, now), open.Quote.OpenMs);
        }
    }

    private Published Remember(in PriceQuote quote)
    {
        Volatile.Write(ref _published, _published + 1);
        Volatile.Write(ref _lastQuoteMs, quote.OpenMs);
        if (_coveredFromMs is null)
        {
            _coveredFromMs = quote.OpenMs;
            _first.TrySetResult();
        }

        if (!quote.IsClosed)
        {
            _open = new Published(quote, _sequence + 1);
            return _open.Value;
        }

        if (!quote.IsRevision)
        {
            Volatile.Write(ref _sequence, _sequence + 1);
            Volatile.Write(ref _lastClosedMs, quote.OpenMs);
        }

        var published = new Published(quote, _sequence);
        if (_open is { } open && open.Quote.OpenMs <= quote.OpenMs)
        {
            _open = null;
        }

        _recent.Enqueue(published);
        if (_recent.Count > memory)
        {
            _coveredFromMs = _recent.Dequeue().Quote.CloseMs;
        }

        return published;
    }
}
