using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>Streams prices: resolves and checks every symbol of a request first, opens one feed for each market, and merges them.</summary>
/// <param name="instruments">The listings.</param>
/// <param name="feeds">The live feeds.</param>
/// <param name="clock">The clock that candles are measured with.</param>
public sealed class StreamPrices(IInstrumentRepository instruments, IPriceFeedRepository feeds, TimeProvider clock)
{
    private readonly ListInstruments _list = new(instruments);
    private readonly SymbolResolver _resolver = new(instruments);
    private readonly OurClock _clock = new(clock);

    /// <summary>The series that a request means, each once, without connecting.</summary>
    /// <exception cref="UnknownExchangeException">There is no such exchange.</exception>
    /// <exception cref="UnsupportedMarketException">The exchange has no such market.</exception>
    /// <exception cref="UnknownSymbolException">There is no such symbol; the error suggests some that are near.</exception>
    /// <exception cref="AmbiguousSymbolException">The symbol means several.</exception>
    /// <exception cref="UnsupportedIntervalException">The venue does not stream this interval.</exception>
    /// <exception cref="ArgumentException">No symbol is named, or the past is to start in the future.</exception>
    public async Task<IReadOnlyList<Series>> ResolveAsync(StreamRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var exchange = _list.Exchange(request.Exchange);
        if (request.Symbols is not { Count: > 0 })
        {
            throw new ArgumentException("Name at least one symbol.", nameof(request));
        }

        if (request.Since is { } since && _clock.Latest is var now && since > now)
        {
            throw new ArgumentException($"The stream is to start in the future: {since.UtcDateTime:u} is after {now.UtcDateTime:u}.", nameof(request));
        }

        var found = new List<Series>();
        foreach (var symbol in request.Symbols)
        {
            var instrument = await _resolver.ResolveAsync(exchange, request.Market, symbol, cancellationToken).ConfigureAwait(false);
            var way = WayOf(instrument, request);
            if (way == Way.FromTrades && request.Since is not null)
            {
                throw new ArgumentException(
                    $"{instrument.Exchange} has no candles of {request.Interval}, and trades make none of the past: leave out since when.", nameof(request));
            }

            found.Add(new Series(instrument, request.Interval, symbol));
        }

        return [.. found.Distinct()];
    }

    /// <summary>
    /// Streams one request. Every series' closed candles come exactly once and in order; open ones in their newest state.
    /// Subscribing starts with the first <c>MoveNextAsync</c>; leaving the loop unsubscribes.
    /// </summary>
    /// <exception cref="NotTradingException">The request asks for what does not trade now; see <see cref="StreamRequest.AwaitTrading"/>.</exception>
    /// <exception cref="SubscriptionRejectedException">The venue refused a series for good; see <see cref="StreamRequest.OnStatus"/>.</exception>
    public IAsyncEnumerable<PriceQuote> StreamAsync(StreamRequest request, CancellationToken cancellationToken = default) =>
        StreamAsync([request], cancellationToken);

    /// <summary>Streams several requests, of several exchanges too, merged into one. Nothing is connected before all of them are resolved.</summary>
    public IAsyncEnumerable<PriceQuote> StreamAsync(IReadOnlyList<StreamRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfZero(requests.Count, nameof(requests));
        foreach (var request in requests)
        {
            ArgumentNullException.ThrowIfNull(request, nameof(requests));
            _ = _list.Exchange(request.Exchange);
        }

        return Stream(requests, cancellationToken);
    }

    private async IAsyncEnumerable<PriceQuote> Stream(IReadOnlyList<StreamRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = new List<(Series Series, StreamRequest Request)>();
        foreach (var request in requests)
        {
            var resolved = await ResolveAsync(request, cancellationToken).ConfigureAwait(false);
            CheckTrading(request, resolved);
            wanted.AddRange(resolved.Select(series => (series, request)));
        }

        var sources = wanted
            .GroupBy(entry => (
                entry.Series.Exchange,
                entry.Series.Market,
                entry.Request.Since,
                entry.Request.ClosedOnly,
                entry.Request.OnStatus,
                Way: WayOf(entry.Series.Instrument, entry.Request),
                Built: WayOf(entry.Series.Instrument, entry.Request) == Way.FromParts ? entry.Series.Interval : default))
            .Select(group => (IReadOnlyList<Series>)[.. group.Select(entry => entry.Series).Distinct()] is var series && group.Key.Way == Way.FromParts
                ? Built(series, group.Key.Since, group.Key.ClosedOnly, group.Key.OnStatus)
                : Source(series, group.Key.Since, group.Key.ClosedOnly, group.Key.OnStatus, group.Key.Way == Way.FromTrades))
            .ToList();
        await foreach (var quote in (sources.Count == 1 ? sources[0](cancellationToken) : AsyncMerge.Merge(sources, cancellationToken)).ConfigureAwait(false))
        {
            yield return quote;
        }
    }

    /// <summary>Silence is no answer: who is not told of what does not trade, or would get nothing at all, gets an error.</summary>
    private static void CheckTrading(StreamRequest request, IReadOnlyList<Series> series)
    {
        var halted = series.Where(one => !one.Instrument.IsTrading).ToList();
        if (halted.Count > 0 && !request.AwaitTrading && (request.OnStatus is null || halted.Count == series.Count))
        {
            throw new NotTradingException(halted);
        }
    }

    private Way WayOf(Instrument instrument, StreamRequest request)
    {
        var market = MarketOf(instrument);
        var isStreamed = market.Intervals.Contains(request.Interval);
        var isParted = request.BuildInterval && market.Intervals.Intersect(market.HistoryIntervals).Any(part => part.Makes(request.Interval));
        if (!isStreamed && !isParted && request.IntervalFromTrades)
        {
            IntervalChoice.CheckFromTrades(instrument.Exchange, market, request.Interval);
            return Way.FromTrades;
        }

        return isStreamed || PartOf(instrument, request.Interval, request.BuildInterval) == request.Interval ? Way.Streamed : Way.FromParts;
    }

    private Interval PartOf(Instrument instrument, Interval interval, bool build)
    {
        var market = MarketOf(instrument);
        return market.Intervals.Contains(interval)
            ? interval
            : IntervalChoice.Choose(
                instrument.Exchange, market.Market, [.. market.Intervals.Intersect(market.HistoryIntervals)], interval, build,
                IntervalChoice.IsFromTrades(market, interval));
    }

    private MarketProfile MarketOf(Instrument instrument) => _list.Exchange(instrument.Exchange).Markets.First(row => row.Market == instrument.Market);

    private Func<CancellationToken, IAsyncEnumerable<PriceQuote>> Source(
        IReadOnlyList<Series> series, DateTimeOffset? since, bool closedOnly, Action<SeriesStatus>? onStatus, bool fromTrades) =>
        cancellationToken => ReadFeed(series, since, closedOnly, onStatus, cancellationToken, fromTrades);

    /// <summary>The parts start where the first candle does, so that the one that is open now is whole, too.</summary>
    private Func<CancellationToken, IAsyncEnumerable<PriceQuote>> Built(
        IReadOnlyList<Series> series, DateTimeOffset? since, bool closedOnly, Action<SeriesStatus>? onStatus) => cancellationToken =>
    {
        var interval = series[0].Interval;
        var floor = interval.Floor(since ?? _clock.Earliest);
        var start = floor < since ? interval.Next(floor) : floor;
        var parts = series.ToDictionary(one => new Series(one.Instrument, PartOf(one.Instrument, interval, build: true), one.Symbol));
        Action<SeriesStatus>? ofParts = onStatus is null ? null : status => onStatus(status with { Series = parts[status.Series] });
        return Resampling.BuildAsync(
            ReadFeed([.. parts.Keys], start, closedOnly, ofParts, cancellationToken), part => parts[part], start.ToUnixTimeMilliseconds(),
            surelyKnownUntilMs: null, cancellationToken);
    };

    private async IAsyncEnumerable<PriceQuote> ReadFeed(
        IReadOnlyList<Series> series, DateTimeOffset? since, bool closedOnly, Action<SeriesStatus>? onStatus,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        bool fromTrades = false)
    {
        var feed = fromTrades ? feeds.OpenFromTrades(series) : feeds.Open(series, since);
        feed.OnStatus = onStatus;
        await using (feed.ConfigureAwait(false))
        {
            await foreach (var quote in feed.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (quote.IsClosed || !closedOnly)
                {
                    yield return quote;
                }
            }
        }
    }

    /// <summary>Way by which a series' candles come.</summary>
    private enum Way
    {
        Streamed,
        FromParts,
        FromTrades,
    }
}
