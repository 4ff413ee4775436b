using System.Security.Cryptography;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut;

/// <summary>
/// One series and all who want it: numbers its candles, keeps the newest closed ones, and hands each quote, encoded once for all alike, to every subscriber.
/// </summary>
/// <param name="series">The series.</param>
/// <param name="memory">Closed candles to keep.</param>
/// <param name="broadcast">Sends to its subscribers.</param>
internal sealed partial class SeriesChannel(Series series, int memory, Broadcast broadcast)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(IQuoteEncoding Encoding, bool ClosedOnly, SeriesIndicators? Indicators), Audience> _audiences = [];
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

    /// <summary>Why no candles come, though the exchange is connected: it does not trade. Null otherwise.</summary>
    public string? NotTrading { get; set; }

    /// <summary>Completes with the first quote, or the refusal.</summary>
    public Task First => _first.Task;

    /// <summary>Open time of the newest closed candle; 0 before the first.</summary>
    public long LastClosedMs => Volatile.Read(ref _lastClosedMs);

    /// <summary>Open time of the newest quote; 0 before the first.</summary>
    public long LastQuoteMs => Volatile.Read(ref _lastQuoteMs);

    /// <summary>Within which the numbers count: equal numbers of another server, or of an earlier time, are other candles.</summary>
    public string Epoch { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

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
    /// <param name="unsent">Takes to whom it is to be sent.</param>
    public void Publish(in PriceQuote quote, DateTimeOffset now, Unsent unsent)
    {
        lock (_gate)
        {
            var published = Remember(quote);
            foreach (var audience in _audiences.Values)
            {
                if ((audience.ClosedOnly && !quote.IsClosed) || audience.Indicators is { IsReady: false })
                {
                    continue;
                }

                if (quote.GapBefore is { } hole && audience.Encoding.Gap(Series, hole) is { } gap)
                {
                    audience.Push(new Frame(gap, FrameKind.Gap, quote.OpenMs), unsent);
                }

                audience.Push(new Frame(audience.Encoding.Quote(WithValues(published, audience.Indicators), now), quote.IsClosed ? FrameKind.Closed : FrameKind.Open, quote.OpenMs), unsent);
            }
        }
    }

    /// <summary>Tells all subscribers how the series is.</summary>
    public void PublishStatus(DateTimeOffset now, Unsent unsent)
    {
        lock (_gate)
        {
            foreach (var audience in _audiences.Values)
            {
                if (audience.Encoding.Status(Series, Status.State, Status.Reason, now) is { } status)
                {
                    audience.Push(new Frame(status, FrameKind.Status, long.MaxValue), unsent);
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
            var key = (subscriber.Encoding, subscriber.ClosedOnly, subscriber.Indicators);
            if (!_audiences.TryGetValue(key, out var audience))
            {
                _audiences.Add(key, audience = new Audience(this, subscriber.Encoding, subscriber.ClosedOnly, subscriber.Indicators));
            }

            subscriber.Audience = audience;
            audience.Subscribers++;
            audience.Add(subscriber);
        }
    }

    /// <summary>Lets a subscriber have what comes from now on, the open candle's present state first.</summary>
    public void GoLive(Subscriber subscriber, DateTimeOffset now)
    {
        lock (_gate)
        {
            Begin(subscriber, now);
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

            foreach (var chunk in _recent.Where(published => published.Quote.OpenMs >= fromMs).Select(published => WithValues(published, subscriber.Indicators)).Chunk(PastReader.CandlesInFrame))
            {
                subscriber.Outbox.Push(encodePast(chunk), chunk.Length);
            }

            subscriber.FromMs = fromMs;
            Begin(subscriber, now);
            return true;
        }
    }

    /// <summary>Removes a subscriber, and what waits for it of the open candle.</summary>
    public void Detach(Subscriber subscriber)
    {
        lock (_gate)
        {
            subscriber.Outbox.Leave(subscriber);
            if (subscriber.Audience.Remove(subscriber))
            {
                ReleaseLocked(subscriber.Audience);
            }
        }

        broadcast.Left(subscriber);
    }

    /// <summary>A subscriber gets what comes with its group from now on, no longer by itself; false when it has ended.</summary>
    public bool TrySettle(Subscriber subscriber)
    {
        lock (_gate)
        {
            if (subscriber.IsLive)
            {
                subscriber.Audience.Remove(subscriber);
            }

            return subscriber.IsLive;
        }
    }

    /// <summary>A group gets what comes, and where it is then.</summary>
    public int Add(ClientGroup group, Audience audience, int slot)
    {
        lock (_gate)
        {
            return audience.Add(group, slot);
        }
    }

    /// <summary>A group gets nothing more.</summary>
    public void Remove(Audience audience, int index)
    {
        lock (_gate)
        {
            audience.RemoveGroupAt(index);
        }
    }

    /// <summary>A subscriber has ended that was in a group.</summary>
    public void Release(Audience audience)
    {
        lock (_gate)
        {
            ReleaseLocked(audience);
        }
    }

    private void Begin(Subscriber subscriber, DateTimeOffset now)
    {
        subscriber.IsLive = true;
        broadcast.Joined(subscriber);
        if (_open is { } open && !subscriber.ClosedOnly && open.Quote.OpenMs >= subscriber.FromMs) // what opens before has closed for it already
        {
            subscriber.Outbox.Push(new Frame(subscriber.Encoding.Quote(WithValues(open, subscriber.Indicators), now), FrameKind.Open, open.Quote.OpenMs), subscriber.Place);
        }
    }

    private void ReleaseLocked(Audience audience)
    {
        if (--audience.Subscribers == 0)
        {
            _audiences.Remove((audience.Encoding, audience.ClosedOnly, audience.Indicators));
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

        foreach (var indicators in _indicators.Values)
        {
            if (indicators.IsReady)
            {
                indicators.Next(quote);
            }
        }

        if (!quote.IsClosed)
        {
            _open = new Published(quote, _sequence + 1, Epoch);
            return _open.Value;
        }

        var quietFromMs = 0L;
        if (!quote.IsRevision)
        {
            var dueMs = _lastClosedMs == 0 ? quote.OpenMs : Series.Interval.NextMs(_lastClosedMs);
            quietFromMs = dueMs < quote.OpenMs && quote.GapBefore is null ? dueMs : 0; // else it would have been announced
            Volatile.Write(ref _sequence, _sequence + 1);
            Volatile.Write(ref _lastClosedMs, quote.OpenMs);
        }

        var published = new Published(quote, _sequence, Epoch, quietFromMs);
        if (_open is { } open && open.Quote.OpenMs <= quote.OpenMs)
        {
            _open = null;
        }

        _recent.Enqueue(published);
        if (_recent.Count > memory)
        {
            var forgotten = _recent.Dequeue().Quote;
            _coveredFromMs = forgotten.CloseMs;
            foreach (var indicators in _indicators.Values)
            {
                indicators.Forget(forgotten.OpenMs);
            }
        }

        return published;
    }
}
