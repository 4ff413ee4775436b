using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Diagnostics;

namespace OhlcvConnector;

/// <summary>
/// The entry point of the library without dependency injection: candles from the exchanges, live and historic.
/// One connector shares connections' limits and the venues' listings among everything that is asked of it; a program needs one.
/// </summary>
public sealed class Connector : IAsyncDisposable, IDisposable
{
    private readonly StreamPrices _stream;
    private readonly FetchHistory _history;
    private readonly ListInstruments _list;
    private readonly Func<IReadOnlyList<MarketDiagnostics>> _diagnose;
    private readonly VenueRepositories? _owned;

    /// <summary>Creates a connector on ports that somebody else owns, such as those of another source of candles.</summary>
    /// <param name="instruments">The listings.</param>
    /// <param name="history">The past.</param>
    /// <param name="feeds">The live feeds.</param>
    /// <param name="marketClock">The clock that candles are measured with.</param>
    /// <param name="diagnose">Returns what each market did.</param>
    public Connector(
        IInstrumentRepository instruments, IPriceHistoryRepository history, IPriceFeedRepository feeds, TimeProvider marketClock,
        Func<IReadOnlyList<MarketDiagnostics>> diagnose)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(feeds);
        ArgumentNullException.ThrowIfNull(diagnose);
        _stream = new StreamPrices(instruments, feeds, marketClock);
        _history = new FetchHistory(instruments, history, marketClock);
        _list = new ListInstruments(instruments);
        _diagnose = diagnose;
        (Instruments, History, Feeds) = (instruments, history, feeds);
    }

    /// <summary>A connector that owns what it reads from.</summary>
    internal Connector(VenueRepositories owned)
        : this(owned, owned, owned, owned.MarketClock, owned.Diagnose) => _owned = owned;

    /// <summary>The exchanges, with their markets and intervals.</summary>
    public IReadOnlyList<ExchangeProfile> Exchanges => Instruments.Exchanges;

    /// <summary>The port to listings that it reads from, for use cases such as <see cref="Application.Archiving.KeepCandles"/> that want ports.</summary>
    public IInstrumentRepository Instruments { get; }

    /// <summary>The port to the past that it reads from.</summary>
    public IPriceHistoryRepository History { get; }

    /// <summary>The port to live feeds that it reads from.</summary>
    public IPriceFeedRepository Feeds { get; }

    /// <summary>Creates a connector. Nothing is connected before something is read.</summary>
    /// <param name="configure">Changes the defaults; null for none.</param>
    /// <param name="loggerFactory">The factory of loggers; null for no log.</param>
    /// <exception cref="InvalidSettingException">A setting is out of range; the message names it.</exception>
    public static Connector Create(Action<ConnectorOptions>? configure = null, ILoggerFactory? loggerFactory = null)
    {
        var options = new ConnectorOptions();
        configure?.Invoke(options);
        var repositories = new VenueRepositories(Venues.All, options, loggerFactory ?? NullLoggerFactory.Instance);
        return new Connector(repositories);
    }

    /// <summary>Streams candles: <c>await foreach (var quote in connector.StreamAsync("binance", "BTCUSDT"))</c>.</summary>
    /// <param name="exchange">The exchange, such as <c>binance</c>.</param>
    /// <param name="symbols">The symbols, in the venue's spelling or a common one.</param>
    public IAsyncEnumerable<PriceQuote> StreamAsync(string exchange, params IReadOnlyList<string> symbols) =>
        StreamAsync(new StreamRequest { Exchange = exchange, Symbols = symbols });

    /// <summary>Streams the past first, then goes on live without a seam: <c>connector.StreamAsync("binance", ["BTCUSDT"], since: yesterday)</c>.</summary>
    /// <param name="exchange">The exchange, such as <c>binance</c>.</param>
    /// <param name="symbols">The symbols, in the venue's spelling or a common one.</param>
    /// <param name="since">Start with the closed candles that open at or after this moment.</param>
    /// <param name="interval">The length of the candles; null for a minute.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public IAsyncEnumerable<PriceQuote> StreamAsync(
        string exchange, IReadOnlyList<string> symbols, DateTimeOffset since, Interval? interval = null, CancellationToken cancellationToken = default) =>
        StreamAsync(new StreamRequest { Exchange = exchange, Symbols = symbols, Since = since, Interval = interval ?? Interval.OneMinute }, cancellationToken);

    /// <inheritdoc cref="StreamPrices.StreamAsync(StreamRequest, CancellationToken)"/>
    public IAsyncEnumerable<PriceQuote> StreamAsync(StreamRequest request, CancellationToken cancellationToken = default) =>
        _stream.StreamAsync(request, cancellationToken);

    /// <inheritdoc cref="StreamPrices.StreamAsync(IReadOnlyList{StreamRequest}, CancellationToken)"/>
    public IAsyncEnumerable<PriceQuote> StreamAsync(IReadOnlyList<StreamRequest> requests, CancellationToken cancellationToken = default) =>
        _stream.StreamAsync(requests, cancellationToken);

    /// <inheritdoc cref="FetchHistory.ReadAsync"/>
    public IAsyncEnumerable<PriceQuote> HistoryAsync(HistoryRequest request, CancellationToken cancellationToken = default) =>
        _history.ReadAsync(request, cancellationToken);

    /// <inheritdoc cref="ListInstruments.ListAsync"/>
    public Task<IReadOnlyList<Instrument>> InstrumentsAsync(
        string exchange, Market? market = null, string? filter = null, CancellationToken cancellationToken = default) =>
        _list.ListAsync(exchange, market, filter, cancellationToken);

    /// <summary>Returns what each market of each exchange did so far: for health pages and metrics. Costs nothing while nobody asks.</summary>
    public IReadOnlyList<MarketDiagnostics> Diagnose() => _diagnose();

    /// <summary>Ends everything that is still being read, and waits for it. <see cref="DisposeAsync"/> holds no thread meanwhile.</summary>
    public void Dispose() => _owned?.Dispose();

    /// <summary>Ends everything that is still being read.</summary>
    public ValueTask DisposeAsync() => _owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
