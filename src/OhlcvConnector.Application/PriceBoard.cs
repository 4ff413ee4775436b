using System.Collections.Concurrent;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>
/// The newest quote of each series, in memory, for whoever asks while streams run: <c>var following = board.FollowAsync(connector.StreamAsync(...),
/// token);</c>, then <c>board.TryGet("binance", "BTCUSDT", out var quote)</c>. All members may be called from any thread.
/// </summary>
public sealed class PriceBoard
{
    private readonly ConcurrentDictionary<Series, Place> _places = new();

    /// <summary>The newest quote of each series, ordered by exchange, market, symbol and interval.</summary>
    public IReadOnlyList<PriceQuote> Quotes =>
    [
        .. _places.Values.Select(place => place.Quote).Where(quote => quote.Series is not null)
            .OrderBy(quote => quote.Exchange, StringComparer.Ordinal).ThenBy(quote => quote.Market)
            .ThenBy(quote => quote.Series.VenueSymbol, StringComparer.Ordinal).ThenBy(quote => quote.Interval),
    ];

    /// <summary>Reads a stream to its end and keeps what it brings. Several may be followed at once.</summary>
    /// <param name="quotes">The stream.</param>
    /// <param name="cancellationToken">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
    public async Task FollowAsync(IAsyncEnumerable<PriceQuote> quotes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(quotes);
        await foreach (var quote in quotes.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            Post(quote);
        }
    }

    /// <summary>Keeps a quote, unless what is kept of its series is newer: a later candle, or the same one closed.</summary>
    /// <returns>True when it was kept.</returns>
    public bool Post(in PriceQuote quote)
    {
        ArgumentNullException.ThrowIfNull(quote.Series, nameof(quote));
        return _places.GetOrAdd(quote.Series, static _ => new Place()).Post(quote);
    }

    /// <summary>Finds the newest quote of a symbol.</summary>
    /// <param name="exchange">The exchange, in any case.</param>
    /// <param name="symbol">The symbol as it was asked for, in the venue's spelling or in the common one, in any case.</param>
    /// <param name="quote">The quote; of several markets or intervals, the one received last. Default when there is none.</param>
    /// <param name="market">The market; null for any.</param>
    /// <param name="interval">The interval; null for any.</param>
    public bool TryGet(string exchange, string symbol, out PriceQuote quote, Market? market = null, Interval? interval = null)
    {
        quote = default;
        foreach (var (series, place) in _places)
        {
            if (Same(series.Exchange, exchange) && (market ?? series.Market) == series.Market && (interval ?? series.Interval) == series.Interval
                && (Same(series.Symbol, symbol) || Same(series.VenueSymbol, symbol) || Same(series.Instrument.Symbol, symbol)))
            {
                var candidate = place.Quote;
                quote = quote.Series is null || (candidate.Series is not null && candidate.ReceivedAt > quote.ReceivedAt) ? candidate : quote;
            }
        }

        return quote.Series is not null;
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    /// <summary>Place of one series on the board; a quote is too large to be read and written at once without a lock.</summary>
    private sealed class Place
    {
        private readonly Lock _gate = new();
        private PriceQuote _quote;

        public PriceQuote Quote
        {
            get
            {
                lock (_gate)
                {
                    return _quote;
                }
            }
        }

        public bool Post(in PriceQuote quote)
        {
            lock (_gate)
            {
                var isOlder = _quote.Series is not null
                    && (quote.OpenMs < _quote.OpenMs || (quote.OpenMs == _quote.OpenMs && _quote.IsClosed && !quote.IsClosed));
                _quote = isOlder ? _quote : quote;
                return !isOlder;
            }
        }
    }
}
