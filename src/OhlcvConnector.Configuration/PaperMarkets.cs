using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Configuration;

/// <summary>Brings paper accounts the markets of a connector: what their symbols mean, and their candles.</summary>
/// <param name="instruments">The listings.</param>
/// <param name="connector">The connector.</param>
/// <param name="clock">The clock that candles are measured with.</param>
public sealed class PaperMarkets(IInstrumentRepository instruments, Connector connector, TimeProvider clock)
{
    private readonly StreamPrices _prices = new(instruments, connector.Feeds, clock);

    /// <summary>Finds the series of symbols.</summary>
    /// <exception cref="OhlcvConnectorException">There is no such exchange, market, symbol or interval.</exception>
    public async Task<IReadOnlyList<PaperSeries>> FindAsync(
        string exchange, Market? market, IReadOnlyList<string> symbols, Interval interval, CancellationToken cancellationToken)
    {
        var request = new StreamRequest { Exchange = exchange, Market = market, Symbols = symbols, Interval = interval, BuildInterval = true };
        var profile = SupportedExchanges.Find(exchange);
        return
        [
            .. (await _prices.ResolveAsync(request, cancellationToken).ConfigureAwait(false)).Select(series => new PaperSeries(
                series.Exchange, series.Market.Name(), series.VenueSymbol, series.Interval.ToString(), InstrumentRules.Of(series.Instrument),
                profile.Markets.Any(one => one.Market == series.Market && one.OmitsQuietCandles))
            {
                Instrument = series.Instrument,
            }),
        ];
    }

    /// <summary>Finds the series that an account wishes for.</summary>
    /// <exception cref="OhlcvConnectorException">There is no such exchange, market, symbol or interval.</exception>
    public Task<IReadOnlyList<PaperSeries>> FindAsync(PaperWish wish, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wish);
        Market? market = wish.Market is not { } name ? null
            : MarketNames.TryParse(name, out var known) ? known
            : throw new InvalidSettingException($"There is no market '{name}'. Use spot, usdm or coinm.");
        return FindAsync(wish.Exchange, market, wish.Symbols, Interval.Parse(wish.Interval ?? PaperWishes.UsualInterval), cancellationToken);
    }

    /// <summary>Brings candles of series, the past first.</summary>
    public IAsyncEnumerable<PriceQuote> Stream(IReadOnlyList<KeyValuePair<PaperSeries, DateTimeOffset>> wanted, CancellationToken cancellationToken) =>
        connector.StreamAsync(
            [
                .. wanted.Select(one => new StreamRequest
                {
                    Exchange = one.Key.Exchange,
                    Market = MarketNames.Parse(one.Key.Market),
                    Symbols = [one.Key.Symbol],
                    Interval = Interval.Parse(one.Key.Interval),
                    BuildInterval = true,
                    Since = one.Value,
                    ClosedOnly = true,
                    AwaitTrading = true,
                }),
            ],
            cancellationToken);
}
