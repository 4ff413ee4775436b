using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>Feeds of candles that the exchange lacks, built from feeds of shorter ones; series can come and go as in any feed.</summary>
/// <param name="feeds">The feeds of what exchanges have.</param>
/// <param name="exchanges">The profiles of the exchanges: what they have.</param>
/// <param name="clock">The clock that candles are measured with.</param>
internal sealed class BuiltFeeds(IPriceFeedRepository feeds, IReadOnlyList<ExchangeProfile> exchanges, TimeProvider clock) : IPriceFeedRepository
{
    private readonly OurClock _clock = new(clock);
    private readonly IReadOnlyList<ExchangeProfile> _exchanges = exchanges;

    /// <inheritdoc/>
    public IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null)
    {
        var first = series.First();
        var start = StartOf(first, since);
        var part = PartOf(first, _exchanges);
        var feed = new Feed(this, feeds.Open([part], start), part, new CandleBuilder(first, start.ToUnixTimeMilliseconds()), first);
        foreach (var one in series.Skip(1))
        {
            feed.Add(one, since);
        }

        return feed;
    }

    /// <summary>Returns the series that a series is built from; the series itself where the exchange has it.</summary>
    /// <exception cref="UnsupportedIntervalException">The series cannot be built.</exception>
    public static Series PartOf(Series series, IReadOnlyList<ExchangeProfile> exchanges)
    {
        var market = exchanges.First(exchange => exchange.Name == series.Exchange).Markets.First(row => row.Market == series.Market);
        return market.Intervals.Contains(series.Interval)
            ? series
            : new Series(
                series.Instrument,
                IntervalChoice.Choose(series.Exchange, series.Market, [.. market.Intervals.Intersect(market.HistoryIntervals)], series.Interval, build: true),
                series.Symbol);
    }

    /// <summary>The parts start where the first candle does, so that the one that is open now is whole, too.</summary>
    private DateTimeOffset StartOf(Series series, DateTimeOffset? since)
    {
        var floor = series.Interval.Floor(since ?? _clock.Earliest);
        return floor < since ? series.Interval.Next(floor) : floor;
    }

    private sealed class Feed(BuiltFeeds owner, IPriceFeed parts, Series part, CandleBuilder builder, Series built) : IPriceFeed
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<Series, List<(Series Built, CandleBuilder Builder)>> _builders = new() { [part] = [(built, builder)] };

        public Action<SeriesStatus>? OnStatus
        {
            get;
            set
            {
                field = value;
                parts.OnStatus = value is null ? null : status => Of(status.Series).ForEach(one => value(status with { Series = one.Built }));
            }
        }

        /// <summary>Adds a series. Where its parts are read already, the candle that is open now is not whole, and left out.</summary>
        public void Add(Series series, DateTimeOffset? since = null)
        {
            var part = PartOf(series, owner._exchanges);
            var start = owner.StartOf(series, since);
            lock (_gate)
            {
                var isFirst = !_builders.TryGetValue(part, out var builders);
                if (builders?.Exists(one => one.Built.Equals(series)) == true)
                {
                    return;
                }

                if (isFirst)
                {
                    parts.Add(part, start);
                    _builders.Add(part, builders = []);
                }

                builders!.Add((series, new CandleBuilder(series, isFirst ? start.ToUnixTimeMilliseconds() : null)));
            }
        }

        public void Remove(Series series)
        {
            lock (_gate)
            {
                var part = PartOf(series, owner._exchanges);
                if (_builders.TryGetValue(part, out var builders) && builders.RemoveAll(one => one.Built.Equals(series)) > 0 && builders.Count == 0)
                {
                    _builders.Remove(part);
                    parts.Remove(part);
                }
            }
        }

        public async IAsyncEnumerable<PriceQuote> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var quotes = parts.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (quotes.ConfigureAwait(false))
            {
                while (await NextAsync(quotes).ConfigureAwait(false))
                {
                    foreach (var (_, builder) in Of(quotes.Current.Series))
                    {
                        if (builder.TryEnd(quotes.Current, out var ended))
                        {
                            yield return ended;
                        }

                        if (builder.TryAdd(quotes.Current, out var built))
                        {
                            yield return built;
                        }
                    }
                }
            }
        }

        public ValueTask DisposeAsync() => parts.DisposeAsync();

        private async ValueTask<bool> NextAsync(IAsyncEnumerator<PriceQuote> quotes)
        {
            try
            {
                return await quotes.MoveNextAsync().ConfigureAwait(false);
            }
            catch (SubscriptionRejectedException exception) when (Of(exception.Series) is [var (built, _), ..])
            {
                throw new SubscriptionRejectedException(built, exception.VenueMessage);
            }
        }

        private List<(Series Built, CandleBuilder Builder)> Of(Series part)
        {
            lock (_gate)
            {
                return [.. _builders.GetValueOrDefault(part) ?? []];
            }
        }
    }
}
