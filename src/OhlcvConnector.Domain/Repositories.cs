namespace OhlcvConnector.Domain;

/// <summary>The profile of an exchange: what it offers, without asking it.</summary>
/// <param name="Name">The name as users type it, such as <c>binance</c>.</param>
/// <param name="Markets">The markets, in the order in which a symbol is looked for when no market is named.</param>
/// <param name="DefaultMarket">The market when none is named; null when the symbol decides.</param>
/// <param name="NeedsKey">True when it answers nobody without an API key, so that it is asked only where it is named.</param>
public sealed record ExchangeProfile(string Name, IReadOnlyList<MarketProfile> Markets, Market? DefaultMarket, bool NeedsKey = false);

/// <summary>Profile of a market of an exchange: what it offers, without asking it.</summary>
/// <param name="Market">The market.</param>
/// <param name="Intervals">The intervals that can be streamed, shortest first.</param>
/// <param name="HistoryIntervals">The intervals that can be read as history, shortest first.</param>
/// <param name="OmitsQuietCandles">True when nothing is published for a candle without trades, so that a missing one is no gap.</param>
/// <param name="TellsTrades">True when its trades are read, so that candles can be built from them.</param>
public sealed record MarketProfile(
    Market Market, IReadOnlyList<Interval> Intervals, IReadOnlyList<Interval> HistoryIntervals, bool OmitsQuietCandles = false, bool TellsTrades = false);

/// <summary>Repository of instruments: what trades on which exchange and market.</summary>
public interface IInstrumentRepository
{
    /// <summary>The exchanges that there are adapters for.</summary>
    IReadOnlyList<ExchangeProfile> Exchanges { get; }

    /// <summary>Returns everything that a market lists, suspended instruments included. Kept for a while, so calling it again is cheap.</summary>
    /// <exception cref="ExchangeUnavailableException">The venue did not answer usably.</exception>
    Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns everything that a market lists, asked for again, for somebody who misses something in it: read anew, unless that was done or tried within the
    /// last minute. A repository that keeps nothing needs no other than <see cref="ListAsync"/>.
    /// </summary>
    /// <exception cref="ExchangeUnavailableException">The venue did not answer usably.</exception>
    Task<IReadOnlyList<Instrument>> ListAgainAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        ListAsync(exchange, market, cancellationToken);

    /// <summary>
    /// Finds the instrument of exactly this spelling of the exchange's own, where one can be asked for without the whole listing, which may be very long. Null
    /// where it cannot, or is not there: then the listing says.
    /// </summary>
    /// <exception cref="ExchangeUnavailableException">The venue did not answer usably.</exception>
    Task<Instrument?> FindAsync(string exchange, Market market, string venueSymbol, CancellationToken cancellationToken = default) =>
        Task.FromResult<Instrument?>(null);
}

/// <summary>Candles of the past.</summary>
public interface IPriceHistoryRepository
{
    /// <summary>
    /// The candles that open in <c>[from, to)</c>, ascending, each once. The one that is still open comes last, and only when <paramref name="includeOpen"/>
    /// asks for it. Reading starts with the first <c>MoveNextAsync</c>, a page at a time. Candles that are not there are asked for again, with pauses, before
    /// they are missing.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="from">The first open time.</param>
    /// <param name="to">The exclusive end of open times.</param>
    /// <param name="includeOpen">True when the open candle comes, too.</param>
    /// <param name="missing">Told of each missing part, in order, before the candle that follows it; null for nobody.</param>
    /// <param name="waitForLate">True when candles that just ended and are not there yet, or may still change, are waited for; when false, reading ends before
    /// them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ExchangeUnavailableException">The venue did not answer usably.</exception>
    /// <exception cref="SubscriptionRejectedException">The venue refused the request for good.</exception>
    IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
        CancellationToken cancellationToken = default);
}

/// <summary>Candles as they happen.</summary>
public interface IPriceFeedRepository
{
    /// <summary>A feed of series of one exchange and market. Nothing is connected before it is read.</summary>
    /// <param name="series">The series to deliver; at least one, and all of one exchange and market. More can be added later.</param>
    /// <param name="since">
    /// Deliver each closed candle that opens at or after this moment, past ones from the venue's history, then live without a seam; null for live only.
    /// </param>
    IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null);

    /// <summary>
    /// A feed of series that the venue has no candles for, built from its trades alone: live only, without history. A candle that was not seen whole is
    /// announced as a gap, and one without trades does not come. Nothing is connected before it is read. Only where <see cref="MarketProfile.TellsTrades"/>.
    /// </summary>
    /// <param name="series">The series to deliver; at least one, all of one exchange and market.</param>
    /// <exception cref="NotSupportedException">The trades of this market are not read.</exception>
    IPriceFeed OpenFromTrades(IReadOnlyCollection<Series> series) => throw new NotSupportedException("No trades are read here.");
}

/// <summary>A running subscription: connections, sequencing and one queue. Disposing it unsubscribes and ends the reader.</summary>
public interface IPriceFeed : IAsyncDisposable
{
    /// <summary>
    /// Handler that is told what candles do not say: that a series does not trade, or is refused. Set it before reading; it is called on whatever thread learns
    /// of it, and must not block. Null, or a feed that never calls it: a refused series ends the reading with an error, and of the rest nobody is told.
    /// </summary>
    Action<SeriesStatus>? OnStatus
    {
        get => null;
        set
        {
            // a feed that has nothing to tell
        }
    }

    /// <summary>
    /// Number of the candle that was delivered last, where the source numbers them for all its readers; null where whoever reads counts for himself, as with
    /// exchanges. It belongs to the reader, before it asks for the next one.
    /// </summary>
    SeriesNumber? Number => null;

    /// <summary>
    /// Reads the feed: of each series every closed candle exactly once in open-time order, and the newest state of the open one. One reader at a time.
    /// Connecting starts with the first <c>MoveNextAsync</c>.
    /// </summary>
    /// <exception cref="SubscriptionRejectedException">
    /// The venue refused a series for good: the only one that was left, or any when nobody is told by <see cref="OnStatus"/>.
    /// </exception>
    /// <exception cref="ExchangeUnavailableException">The venue could not be reached within the attempts that the settings allow.</exception>
    IAsyncEnumerable<PriceQuote> ReadAllAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds a series without touching the others; nothing happens when it is there already.</summary>
    void Add(Series series, DateTimeOffset? since = null);

    /// <summary>Removes a series without touching the others; nothing happens when it is not there.</summary>
    void Remove(Series series);
}
