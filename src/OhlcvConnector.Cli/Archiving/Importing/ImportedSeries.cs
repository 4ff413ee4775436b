using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving.Importing;

/// <summary>The series that files name: as the archive has them, else as the exchange lists them.</summary>
/// <param name="session">The connector.</param>
/// <param name="archive">The archive.</param>
/// <param name="say">Told in words what was taken for granted.</param>
internal sealed class ImportedSeries(Session session, ICandleArchive archive, Action<string> say)
{
    private readonly Dictionary<(string Exchange, Market? Market, string Symbol, Interval Interval), Series> _series = [];
    private readonly HashSet<(string Exchange, Market? Market)> _unreachable = [];
    private bool _hasToldMarket;

    /// <summary>The series of a row of this program's.</summary>
    public Task<Series> OfRowAsync(HistoryRow row, CancellationToken cancellationToken) =>
        FindAsync(row.Exchange, MarketNames.Parse(row.Market), row.Symbol, row.Interval, isVenueSpelling: false, cancellationToken);

    /// <summary>The series of a Parquet file, which names it and says no more.</summary>
    public Task<Series> OfNameAsync(Series named, CancellationToken cancellationToken) =>
        FindAsync(named.Exchange, named.Market, named.VenueSymbol, named.Interval, isVenueSpelling: true, cancellationToken);

    /// <summary>The series of another program's file.</summary>
    /// <exception cref="UsageException">It does not say enough.</exception>
    public Task<Series> OfFileAsync(FileSeries file, CancellationToken cancellationToken)
    {
        var exchange = file.Exchange ?? throw Unsaid("exchange", "--exchange");
        var symbol = file.Symbol ?? throw Unsaid("symbol", "--symbol");
        var interval = file.Interval ?? throw Unsaid("interval", "--interval");
        if (file.Refusal is { } refusal)
        {
            throw new UsageException(refusal);
        }

        var profile = new ListInstruments(session.Instruments).Exchange(exchange);
        var market = file.Market ?? profile.DefaultMarket;
        if (file.Market is null && market is { } usual && !_hasToldMarket)
        {
            _hasToldMarket = true;
            say($"{profile.Name} {symbol} is taken as {usual.Name()}, for neither name nor directories of its file say a market; --market says another.");
        }

        return FindAsync(profile.Name, market, symbol, interval, file.IsVenueSpelling, cancellationToken);
    }

    private async Task<Series> FindAsync(string exchange, Market? market, string symbol, Interval interval, bool isVenueSpelling,
        CancellationToken cancellationToken)
    {
        var key = (exchange, market, symbol, interval);
        if (!_series.TryGetValue(key, out var series))
        {
            var target = new SeriesTarget(exchange, market, symbol);
            var known = await archive.ListAsync(cancellationToken).ConfigureAwait(false);
            var kept = known.FirstOrDefault(one => one.Exchange == exchange && (market is null || one.Market == market) && target.IsOf(one));
            series = new Series(kept?.Instrument ?? await ListedAsync(exchange, market, symbol, isVenueSpelling, cancellationToken).ConfigureAwait(false),
                interval);
            _series.Add(key, series);
        }

        return series;
    }

    /// <summary>As the exchange lists it; where it cannot be asked, or does not list it any more, an exchange's own spelling is enough.</summary>
    private async Task<Instrument> ListedAsync(string exchange, Market? market, string symbol, bool isVenueSpelling, CancellationToken cancellationToken)
    {
        var profile = new ListInstruments(session.Instruments).Exchange(exchange);
        try
        {
            if (!isVenueSpelling || !_unreachable.Contains((exchange, market)))
            {
                return await new SymbolResolver(session.Instruments).ResolveAsync(profile, market, symbol, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ExchangeUnavailableException) when (isVenueSpelling)
        {
            _unreachable.Add((exchange, market));
        }
        catch (UnknownSymbolException) when (isVenueSpelling)
        {
            // it was listed once
        }

        return new Instrument
        {
            Exchange = exchange,
            Market = market ?? profile.DefaultMarket ?? Market.Spot,
            VenueSymbol = symbol,
            Symbol = symbol,
            BaseAsset = "",
            QuoteAsset = "",
        };
    }

    private static UsageException Unsaid(string what, string option) =>
        new($"neither its name nor the command line says of which {what} its candles are; {option} says it");
}
