using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Nats.Reading;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>
/// Candles as from the exchanges themselves, read from a stream of NATS JetStream that something publishes to: live, historic, and what there is. It is the
/// three ports of the domain, so that whatever reads from exchanges reads from the bus. Candles carry the publisher's numbers
/// (<see cref="IPriceFeed.Number"/>), the same ones for all who read.
/// </summary>
public sealed partial class NatsQuoteSource : IInstrumentRepository, IPriceHistoryRepository, IPriceFeedRepository, IAsyncDisposable
{
    private readonly NatsLink _link;
    private readonly BusStore _store;
    private readonly BusListing _listing;
    private readonly BusHistory _history;
    private readonly BusClock _market;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;

    /// <summary>Creates it; it is connected to when something is read.</summary>
    /// <param name="options">The settings; limits of the stream and the label are the publisher's and not looked at.</param>
    /// <param name="clock">The clock of this machine; null for the system's.</param>
    /// <param name="loggers">Takes the log; null for no log.</param>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public NatsQuoteSource(NatsBusOptions options, TimeProvider? clock = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _clock = clock ?? TimeProvider.System;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<NatsQuoteSource>();
        _link = new NatsLink(options, loggers);
        _store = new BusStore(_link);
        _market = new BusClock(_clock);
        _listing = new BusListing(_store, _clock);
        _history = new BusHistory(_store, _clock, _market);
    }

    /// <summary>
    /// The exchanges that the bus carries series of, with markets and intervals. Read when it is asked for the first time, which holds the thread;
    /// <see cref="ConnectAsync"/> reads it without.
    /// </summary>
    /// <exception cref="SinkException">The bus did not answer usably.</exception>
    public IReadOnlyList<ExchangeProfile> Exchanges
    {
        get
        {
            if (_listing.Exchanges is null)
            {
                Task.Run(() => ConnectAsync()).GetAwaiter().GetResult();
            }

            return _listing.Exchanges!;
        }
    }

    /// <summary>True when the candles are simulated, so that none of them is real; false before the bus has answered.</summary>
    public bool IsSandbox => _store.IsSandbox;

    /// <summary>True while there is a connection to NATS.</summary>
    public bool IsConnected => _link.IsConnected;

    /// <summary>The bus for people: its address without user and password.</summary>
    public string Location => $"{_link.Address} stream {_link.Options.Stream}";

    /// <summary>The clock that candles are measured with: this machine's, or the newest candle's where they are simulated.</summary>
    public TimeProvider MarketClock => _market;

    /// <summary>Asks the bus what it carries, so that a wrong address or password is found now.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SinkException">The bus did not answer usably; the message says what to do.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        await _listing.ReadAsync(cancellationToken).ConfigureAwait(false);
        _market.IsSandbox = _store.IsSandbox;
        if (_store.IsSandbox)
        {
            _market.Reach(await _store.NewestEndMsAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        _listing.ListAsync(exchange, market, isMissed: false, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Instrument>> ListAgainAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        _listing.ListAsync(exchange, market, isMissed: true, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>An open candle is not stored on the bus, so none comes.</remarks>
    public IAsyncEnumerable<PriceQuote> ReadAsync(
        Series series, DateTimeOffset from, DateTimeOffset to, bool includeOpen = false, Action<MissingCandles>? missing = null, bool waitForLate = true,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        return _history.ReadAsync(series, from, to, missing, waitForLate, cancellationToken);
    }

    /// <inheritdoc/>
    public IPriceFeed Open(IReadOnlyCollection<Series> series, DateTimeOffset? since = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        var first = series.FirstOrDefault() ?? throw new ArgumentException("Name at least one series: it says of which market the feed is.", nameof(series));
        var feed = new BusFeed(_store, first.Exchange, first.Market, _clock, _market, words => LogTrouble(_logger, words));
        foreach (var one in series)
        {
            feed.Add(one, since);
        }

        return feed;
    }

    /// <summary>Ends the connection, and with it all that is still being read.</summary>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    [LoggerMessage(BusEventIds.Trouble, LogLevel.Warning, "{Words}")]
    private static partial void LogTrouble(ILogger logger, string words);
}

/// <summary>Ids of log events, unique among all of the connector's.</summary>
public static class BusEventIds
{
    /// <summary>The bus cannot be read now, or was set back; it goes on by itself.</summary>
    public const int Trouble = 701;
}
