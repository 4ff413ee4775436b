using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Prices.Streams;

/// <summary>
/// The newest quote of each series of streams that run anyhow, and a source of prices for a <see cref="PriceTracker"/>: <c>var following =
/// streams.FollowAsync(connector.StreamAsync(...), token);</c>, then <c>streams.TryGet("binance", "BTCUSDT", out var quote)</c>, or by asset
/// <c>new PriceTracker([streams])</c>. It opens no connection. All members may be called from any thread.
/// </summary>
public sealed class FollowedQuotes : IPriceProvider
{
    /// <summary>Its name.</summary>
    public const string ProviderName = "streams";

    private static readonly string[] Preferred = ["USDT", "USDC", "USD"];

    private readonly ConcurrentDictionary<Series, Place> _places = new();
    private readonly ConcurrentDictionary<Action<Series>, bool> _readers = new();

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <inheritdoc/>
    public PriceDelivery Delivery => PriceDelivery.Stream;

    /// <inheritdoc/>
    public PriceFields Gives => PriceFields.None;

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
        if (!_places.GetOrAdd(quote.Series, static _ => new Place()).Post(quote))
        {
            return false;
        }

        foreach (var reader in _readers.Keys)
        {
            reader(quote.Series);
        }

        return true;
    }

    /// <summary>Finds the newest quote of a symbol.</summary>
    /// <param name="exchange">The exchange, in any case.</param>
    /// <param name="symbol">The symbol as it was asked for, in the venue's spelling or in the common one, in any case.</param>
    /// <param name="quote">The quote; of several markets or intervals, the one received last. Default when there is none.</param>
    /// <param name="market">The market; null for any.</param>
    /// <param name="interval">The interval; null for any.</param>
    public bool TryGet(string exchange, string symbol, out PriceQuote quote, Market? market = null, Interval? interval = null)
    {
        quote = Newest(series => Same(series.Exchange, exchange)
            && (market ?? series.Market) == series.Market
            && (interval ?? series.Interval) == series.Interval
            && (Same(series.Symbol, symbol) || Same(series.VenueSymbol, symbol) || Same(series.Instrument.Symbol, symbol)));
        return quote.Series is not null;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<PriceRequest, AssetPrice?>> ReadAsync(
        IReadOnlyCollection<PriceRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var found = new Dictionary<PriceRequest, AssetPrice?>();
        foreach (var request in requests)
        {
            found[request] = (request.Quote is { } one ? [one] : Preferred)
                .Select(quote => Newest(series => Same(series.Instrument.BaseAsset, request.Symbol) && Same(series.Instrument.QuoteAsset, quote)))
                .Where(quote => quote.Series is not null)
                .Select(ToPrice)
                .FirstOrDefault();
        }

        return Task.FromResult<IReadOnlyDictionary<PriceRequest, AssetPrice?>>(found);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AssetPrice> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var changed = new ConcurrentDictionary<Series, bool>();
        using var isChanged = new SemaphoreSlim(0);
        Action<Series> reader = series =>
        {
            if (changed.TryAdd(series, true))
            {
                isChanged.Release();
            }
        };
        _readers[reader] = true;
        foreach (var series in _places.Keys)
        {
            reader(series); // what came before the reader did is no less news to it
        }

        try
        {
            while (true)
            {
                await isChanged.WaitAsync(cancellationToken).ConfigureAwait(false);
                foreach (var series in changed.Keys)
                {
                    if (changed.TryRemove(series, out _))
                    {
                        yield return ToPrice(_places[series].Quote); // the newest by now: a slow reader gets no backlog
                    }
                }
            }
        }
        finally
        {
            _readers.TryRemove(reader, out _);
        }
    }

    private static AssetPrice ToPrice(PriceQuote quote) => new()
    {
        Symbol = quote.Series.Instrument.BaseAsset.ToUpperInvariant(),
        Quote = quote.Series.Instrument.QuoteAsset.ToUpperInvariant(),
        Price = quote.Close,
        LastUpdated = quote.EventTime ?? (quote.IsClosed ? quote.CloseTime : quote.ReceivedAt),
        Source = ProviderName,
        IsSandbox = quote.Series.Instrument.IsSandbox,
    };

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private PriceQuote Newest(Func<Series, bool> which)
    {
        PriceQuote newest = default;
        foreach (var (series, place) in _places)
        {
            if (which(series) && place.Quote is { Series: not null } candidate && (newest.Series is null || candidate.ReceivedAt > newest.ReceivedAt))
            {
                newest = candidate;
            }
        }

        return newest;
    }

    /// <summary>Place of one series; a quote is too large to be read and written at once without a lock.</summary>
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
