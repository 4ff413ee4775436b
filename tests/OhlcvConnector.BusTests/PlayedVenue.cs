using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OhlcvConnector.Domain;

namespace OhlcvConnector.BusTests;

/// <summary>
/// An exchange whose candles are made by a test: what was closed is its history, and feeds of it begin where they are asked to, as the engine's do: history first,
/// live then, each close once.
/// </summary>
internal sealed class PlayedVenue : IPriceFeedRepository
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Series, List<PriceQuote>> _closed = [];
    private readonly List<Feed> _feeds = [];

    /// <summary>How often a series was asked for, with which beginning.</summary>
    public ConcurrentQueue<(Series Series, DateTimeOffset? Since)> Asked { get; } = [];

    /// <summary>A candle closes, or an open one changes.</summary>
    public void Bring(PriceQuote quote)
    {
        lock (_gate)
        {
            if (quote.IsClosed && !quote.IsRevision)
            {
                Of(quote.Series).Add(quote);
            }

            foreach (var feed in _feeds)
            {
                feed.Bring(quote);
            }
        }
    }

    public void BringClosed(Series series, int from, int count)
    {
        for (var index = from; index < from + count; index++)
        {
            Bring(Testing.Candles.Closed(series, index));
        }
    }

    public IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null)
    {
        var feed = new Feed(this);
        lock (_gate)
        {
            _feeds.Add(feed);
        }

        foreach (var one in series)
        {
            feed.Add(one, since);
        }

        return feed;
    }

    private List<PriceQuote> Of(Series series) => _closed.TryGetValue(series, out var closed) ? closed : _closed[series] = [];

    private sealed class Feed(PlayedVenue venue) : IPriceFeed
    {
        private readonly Channel<PriceQuote> _quotes = Channel.CreateUnbounded<PriceQuote>();
        private readonly Dictionary<Series, Series> _wanted = [];

        public Action<SeriesStatus>? OnStatus { get; set; }

        public void Add(Series series, DateTimeOffset? since = null)
        {
            venue.Asked.Enqueue((series, since));
            lock (venue._gate)
            {
                if (_wanted.TryAdd(series, series) && since is { } from)
                {
                    foreach (var past in venue.Of(series).Where(quote => quote.OpenTime >= from))
                    {
                        _quotes.Writer.TryWrite(past.For(series));
                    }
                }
            }
        }

        public void Remove(Series series)
        {
            lock (venue._gate)
            {
                _wanted.Remove(series);
            }
        }

        public void Bring(in PriceQuote quote)
        {
            if (_wanted.TryGetValue(quote.Series, out var series))
            {
                _quotes.Writer.TryWrite(quote.For(series));
            }
        }

        public async IAsyncEnumerable<PriceQuote> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var quote in _quotes.Reader.ReadAllAsync(cancellationToken))
            {
                yield return quote;
            }
        }

        public ValueTask DisposeAsync()
        {
            lock (venue._gate)
            {
                venue._feeds.Remove(this);
            }

            _quotes.Writer.TryComplete();
            return default;
        }
    }
}
