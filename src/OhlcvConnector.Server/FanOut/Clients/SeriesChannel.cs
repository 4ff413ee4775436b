using System.Security.Cryptography;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>
/// Channel of one series and all who want it: numbers its candles, keeps the newest closed ones, and hands each quote, encoded once for all alike, to every
/// subscriber.
/// </summary>
/// <param name="series">The series.</param>
/// <param name="memory">Closed candles to keep.</param>
/// <param name="changes">Told who came and went, for those who send to several at once.</param>
internal sealed partial class SeriesChannel(Series series, int memory, SubscriberChanges changes)
{
    /// <summary>Largest number of candles of the past in one message.</summary>
    public const int CandlesInFrame = 500;

    private readonly Lock _gate = new();
    private readonly Dictionary<AudienceKey, Audience> _audiences = [];
    private readonly Queue<Published> _recent = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (SeriesState State, string Reason) _status = (SeriesState.Reconnecting, "connecting");
    private Published? _open;
    private long _sequence;
    private long _published;
    private long? _coveredFromMs;
    private long _lastClosedMs;
    private long _lastQuoteMs;

    /// <summary>The series.</summary>
    public Series Series { get; } = series;

    /// <summary>Number of uses of the series, and the timestamp since which there is none; they belong to the hub.</summary>
    public (int References, long? UnusedSince) Use { get; set; }

    /// <summary>True when the series stays though nobody wants it; belongs to the hub.</summary>
    public bool IsPreloaded { get; set; }

    /// <summary>Status of the series, and the reason for it.</summary>
    public (SeriesState State, string Reason) Status
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    /// <summary>Reason why the exchange refused the series for good; null otherwise.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Reason why no candles come, though the exchange is connected: the symbol does not trade. Null otherwise.</summary>
    public string? NotTrading { get; set; }

    /// <summary>Completes with the first quote, or the refusal.</summary>
    public Task First => _first.Task;

    /// <summary>Open time of the newest closed candle; 0 before the first.</summary>
    public long LastClosedMs => Volatile.Read(ref _lastClosedMs);

    /// <summary>Open time of the newest quote; 0 before the first.</summary>
    public long LastQuoteMs => Volatile.Read(ref _lastQuoteMs);

    /// <summary>Epoch within which the sequence numbers count: equal numbers of another server, or of an earlier time, are other candles.</summary>
    public string Epoch { get; private set; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <summary>The number of the newest closed candle.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>Number of quotes that were published.</summary>
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

    /// <summary>Open time from which on memory holds every closed candle, Unix epoch milliseconds; null before the first quote.</summary>
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
    /// <param name="now">The present time, UTC.</param>
    /// <param name="unsent">Takes to whom it is to be sent.</param>
    /// <param name="number">Its number where the source numbers for all servers alike; null where this channel does.</param>
    public void Publish(in PriceQuote quote, DateTimeOffset now, Unsent unsent, SeriesNumber? number = null)
    {
        lock (_gate)
        {
            var published = Remember(quote, number);
            Quoted?.Invoke(quote);
            foreach (var audience in _audiences.Values)
            {
                var (encoding, closedOnly, indicators) = audience.Key;
                if ((closedOnly && !quote.IsClosed) || indicators is { IsReady: false })
                {
                    continue;
                }

                if (quote.GapBefore is { } hole && encoding.Gap(Series, hole) is { } gap)
                {
                    audience.Push(new OutboundFrame(gap, FrameKind.Gap, quote.OpenMs), unsent);
                }

                var kind = quote.IsClosed ? FrameKind.Closed : FrameKind.Open;
                audience.Push(new OutboundFrame(encoding.Quote(WithValues(published, indicators), now), kind, quote.OpenMs), unsent);
            }
        }
    }

    /// <summary>Changes the status, and tells all subscribers.</summary>
    /// <returns>True when it was another one before.</returns>
    public bool ChangeStatus(SeriesState state, string reason, DateTimeOffset now, Unsent unsent)
    {
        lock (_gate)
        {
            if (_status == (state, reason))
            {
                return false;
            }

            _status = (state, reason);
            foreach (var audience in _audiences.Values)
            {
                if (audience.Key.Encoding.Status(Series, state, reason, now) is { } status)
                {
                    audience.Push(new OutboundFrame(status, FrameKind.Status, long.MaxValue), unsent);
                }
            }

            return true;
        }
    }

    /// <summary>Takes the exchange's refusal of the series for good.</summary>
    public void Refuse(string reason)
    {
        Refusal = reason;
        _first.TrySetResult();
        Refused?.Invoke(reason);
    }

    /// <summary>Registers a subscriber; it gets nothing before <see cref="TryGoLive"/> or <see cref="GoLive"/>.</summary>
    public void Attach(Subscriber subscriber)
    {
        lock (_gate)
        {
            if (!_audiences.TryGetValue(subscriber.Key, out var audience))
            {
                _audiences.Add(subscriber.Key, audience = new Audience(subscriber.Key, _gate, emptied => _audiences.Remove(emptied.Key)));
            }

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
    /// <param name="subscriber">The subscriber.</param>
    /// <param name="fromMs">The first closed candle that it has not had, Unix epoch milliseconds.</param>
    /// <param name="now">The present time, UTC.</param>
    /// <param name="encodePast">Makes one frame of several candles.</param>
    public bool TryGoLive(Subscriber subscriber, long fromMs, DateTimeOffset now, Func<IReadOnlyList<Published>, byte[]> encodePast)
    {
        lock (_gate)
        {
            if (_coveredFromMs is not { } covered || covered > fromMs)
            {
                return false;
            }

            foreach (var chunk in _recent
                .Where(published => published.Quote.OpenMs >= fromMs)
                .Select(published => WithValues(published, subscriber.Indicators))
                .Chunk(CandlesInFrame))
            {
                subscriber.Outbox.Push(encodePast(chunk), chunk.Length);
            }

            subscriber.Place.FromMs = fromMs;
            Begin(subscriber, now);
            return true;
        }
    }

    /// <summary>Removes a subscriber, and what waits for it of the open candle.</summary>
    public void Detach(Subscriber subscriber)
    {
        lock (_gate)
        {
            var audience = _audiences[subscriber.Key];
            subscriber.Outbox.Leave(subscriber.Place);
            audience.Remove(subscriber);
            changes.Add(subscriber, audience, hasJoined: false);
        }
    }

    private void Begin(Subscriber subscriber, DateTimeOffset now)
    {
        subscriber.Place.IsLive = true;
        changes.Add(subscriber, _audiences[subscriber.Key], hasJoined: true);
        if (_open is { } open && !subscriber.ClosedOnly && open.Quote.OpenMs >= subscriber.Place.FromMs) // what opens before has closed for it already
        {
            var frame = subscriber.Encoding.Quote(WithValues(open, subscriber.Indicators), now);
            subscriber.Outbox.Push(new OutboundFrame(frame, FrameKind.Open, open.Quote.OpenMs), subscriber.Place);
        }
    }

    private Published Remember(in PriceQuote quote, SeriesNumber? number)
    {
        Epoch = number?.Epoch ?? Epoch;
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
            _open = new Published(quote, number?.Sequence ?? _sequence + 1, Epoch);
            return _open.Value;
        }

        var quietFromMs = 0L;
        if (!quote.IsRevision)
        {
            var dueMs = _lastClosedMs == 0 ? quote.OpenMs : Series.Interval.NextMs(_lastClosedMs);
            quietFromMs = dueMs < quote.OpenMs && quote.GapBefore is null ? dueMs : 0; // else it would have been announced
            Volatile.Write(ref _sequence, number?.Sequence ?? _sequence + 1);
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
