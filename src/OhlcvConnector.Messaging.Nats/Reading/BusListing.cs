using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Reading;

/// <summary>What the bus carries: read from its subjects, and instruments from the newest message of one of their series.</summary>
/// <param name="store">The stream.</param>
/// <param name="clock">The clock that says when it is to be read anew.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless asked for one.")]
internal sealed class BusListing(BusStore store, TimeProvider clock)
{
    private const int AtOnce = 32;
    private static readonly TimeSpan ReadAnewAfter = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private Contents? _contents;

    /// <summary>The exchanges; null before they were read.</summary>
    public IReadOnlyList<ExchangeProfile>? Exchanges => _contents?.Exchanges;

    /// <summary>Reads what there is, unless that is known.</summary>
    public Task ReadAsync(CancellationToken cancellationToken) => ReadAsync(isMissed: false, cancellationToken);

    private async Task<Contents> ReadAsync(bool isMissed, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_contents is not { } known || isMissed || clock.GetElapsedTime(known.ReadAt) > ReadAnewAfter)
            {
                var prefix = store.Link.Options.Prefix;
                var info = await store.InfoAsync($"{prefix}.>", cancellationToken).ConfigureAwait(false);
                var names = new List<SeriesName>();
                foreach (var subject in info.State.Subjects?.Keys ?? Enumerable.Empty<string>())
                {
                    if (BusSubject.TryRead(prefix, subject, out var name))
                    {
                        names.Add(name);
                    }
                }

                _contents = new Contents(names, Profiles(names), clock.GetTimestamp());
            }

            return _contents;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The instruments of a market, kept as long as the names are.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The market.</param>
    /// <param name="isMissed">True for somebody who misses something in it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, bool isMissed, CancellationToken cancellationToken)
    {
        var contents = await ReadAsync(isMissed, cancellationToken).ConfigureAwait(false);
        if (contents.Listed.TryGetValue((exchange, market), out var known))
        {
            return known;
        }

        var names = contents.Names;
        if (names.All(name => name.Exchange != exchange))
        {
            throw new UnknownExchangeException(exchange, names.Select(name => name.Exchange).Distinct());
        }

        var found = new List<Instrument>();
        var symbols = names.Where(name => name.Exchange == exchange && name.Market == market).GroupBy(name => name.VenueSymbol, StringComparer.Ordinal);
        foreach (var chunk in symbols.Chunk(AtOnce))
        {
            found.AddRange(await Task.WhenAll(chunk.Select(symbol => ReadAsync(symbol.First(), cancellationToken))).ConfigureAwait(false));
        }

        contents.Listed[(exchange, market)] = found;
        return found;
    }

    private async Task<Instrument> ReadAsync(SeriesName name, CancellationToken cancellationToken)
    {
        var parts = $"{BusSubject.Escape(name.Exchange)}.{name.Market.Name()}.{BusSubject.Escape(name.VenueSymbol)}.{name.Interval}";
        var newest = await store.NewestAsync($"{store.Link.Options.Prefix}.{parts}", cancellationToken).ConfigureAwait(false);
        return InstrumentOf(name, newest?.Symbol() ?? name.VenueSymbol, store.IsSandbox);
    }

    /// <summary>The instrument of a common spelling, which <see cref="Instrument.CommonSymbol"/> writes.</summary>
    internal static Instrument InstrumentOf(SeriesName name, string symbol, bool isSandbox)
    {
        var (pair, settle, expires) = (symbol, (string?)null, (DateTimeOffset?)null);
        if (symbol.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            (pair, settle) = (symbol[..colon], symbol[(colon + 1)..]);
            if (settle.LastIndexOf('-') is > 0 and var dash
                && DateTime.TryParseExact(settle[(dash + 1)..], "yyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                (settle, expires) = (settle[..dash], new DateTimeOffset(day, TimeSpan.Zero));
            }
        }

        var slash = pair.IndexOf('/', StringComparison.Ordinal);
        return new Instrument
        {
            Exchange = name.Exchange,
            Market = name.Market,
            VenueSymbol = name.VenueSymbol,
            Symbol = symbol,
            BaseAsset = slash > 0 ? pair[..slash] : pair,
            QuoteAsset = slash > 0 ? pair[(slash + 1)..] : "",
            SettleAsset = settle,
            ExpiresAt = expires,
            IsSandbox = isSandbox,
        };
    }

    /// <summary>What the publisher does not call a gap had no trades, so that a missing candle is none.</summary>
    private static IReadOnlyList<ExchangeProfile> Profiles(IReadOnlyList<SeriesName> names) =>
    [
        .. names.GroupBy(name => name.Exchange, StringComparer.Ordinal).OrderBy(exchange => exchange.Key, StringComparer.Ordinal).Select(exchange =>
            new ExchangeProfile(
                exchange.Key,
                [
                    .. exchange.GroupBy(name => name.Market).OrderBy(market => market.Key).Select(market =>
                    {
                        IReadOnlyList<Interval> intervals = [.. market.Select(name => name.Interval).Distinct().Order()];
                        return new MarketProfile(market.Key, intervals, intervals, OmitsQuietCandles: true);
                    }),
                ],
                DefaultMarket: null)),
    ];

    private sealed record Contents(IReadOnlyList<SeriesName> Names, IReadOnlyList<ExchangeProfile> Exchanges, long ReadAt)
    {
        /// <summary>The instruments of the markets that were asked for.</summary>
        public ConcurrentDictionary<(string Exchange, Market Market), IReadOnlyList<Instrument>> Listed { get; } = [];
    }
}
