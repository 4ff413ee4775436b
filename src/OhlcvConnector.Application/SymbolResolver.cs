using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>Resolves what somebody wrote to the instrument that they mean: by the venue's listing, never by cutting strings.</summary>
/// <param name="instruments">The listings.</param>
public sealed class SymbolResolver(IInstrumentRepository instruments)
{
    private const int MaxSuggestions = 4;

    /// <summary>
    /// Finds the instrument. The venue's own spelling wins, then the common spellings: <c>BTC/USDT</c>, <c>BTC-USDT</c>, <c>BTC_USDT</c>, <c>BTCUSDT</c>,
    /// <c>BTC/USDT:USDT</c>; a spelling without a settlement means the perpetual, before any dated contract. Letters in the case that was written win over
    /// others. The listing is read again when it lacks the symbol, or says that it does not trade: it can be an hour old.
    /// </summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The market; null for the exchange's default, or whichever has the symbol.</param>
    /// <param name="symbol">The symbol as it was written.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnknownSymbolException">No instrument has this spelling; the error suggests some that are near.</exception>
    /// <exception cref="AmbiguousSymbolException">
    /// Several that trade have this spelling, and none is named so by the venue: it could be another coin's price.
    /// </exception>
    /// <exception cref="UnsupportedMarketException">The exchange has no such market.</exception>
    public async Task<Instrument> ResolveAsync(ExchangeProfile exchange, Market? market, string symbol, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentException.ThrowIfNullOrWhiteSpace(symbol);
        var wanted = market ?? exchange.DefaultMarket;
        if (wanted is { } one && exchange.Markets.All(row => row.Market != one))
        {
            throw new UnsupportedMarketException(exchange.Name, one.Name(), exchange.Markets.Select(row => row.Market));
        }

        symbol = symbol.Trim();
        foreach (var row in exchange.Markets.Where(row => wanted is null || row.Market == wanted))
        {
            if (await instruments.FindAsync(exchange.Name, row.Market, symbol, cancellationToken).ConfigureAwait(false) is { IsTrading: true } known)
            {
                return known;
            }
        }

        var lists = await ListAsync(exchange, wanted, instruments.ListAsync, cancellationToken).ConfigureAwait(false);
        var found = Find(lists, symbol);
        string? trouble = null;
        if (found is not { IsTrading: true })
        {
            try
            {
                lists = await ListAsync(exchange, wanted, instruments.ListAgainAsync, cancellationToken).ConfigureAwait(false);
                found = Find(lists, symbol);
            }
            catch (ExchangeUnavailableException exception)
            {
                trouble = $"Its listing could not be read again: {exception.Message}"; // the old one serves
            }
        }

        return found ?? throw await UnknownAsync(exchange, wanted, symbol, lists, trouble, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a symbol is one of an instrument's common spellings, in any case.</summary>
    internal static bool IsSpelling(Instrument instrument, string symbol) => Spellings(instrument).Contains(symbol, StringComparer.OrdinalIgnoreCase);

    private static async Task<List<IReadOnlyList<Instrument>>> ListAsync(
        ExchangeProfile exchange,
        Market? wanted,
        Func<string, Market, CancellationToken, Task<IReadOnlyList<Instrument>>> read,
        CancellationToken cancellationToken)
    {
        var lists = new List<IReadOnlyList<Instrument>>();
        foreach (var row in exchange.Markets.Where(row => wanted is null || row.Market == wanted))
        {
            lists.Add(await read(exchange.Name, row.Market, cancellationToken).ConfigureAwait(false));
        }

        return lists;
    }

    private static Instrument? Find(List<IReadOnlyList<Instrument>> lists, string symbol) =>
        First(lists, symbol, instrument => instrument.VenueSymbol == symbol)
        ?? First(lists, symbol, instrument => Spellings(instrument).Contains(symbol))
        ?? First(lists, symbol, instrument => IsSpelling(instrument, symbol))
        ?? First(lists, symbol, instrument => string.Equals(instrument.VenueSymbol, symbol, StringComparison.OrdinalIgnoreCase));

    /// <summary>The one that trades, of the first market that has any; else one that does not.</summary>
    private static Instrument? First(List<IReadOnlyList<Instrument>> lists, string symbol, Func<Instrument, bool> matches)
    {
        Instrument? halted = null;
        foreach (var found in lists.Select(list => list.Where(matches).ToList()))
        {
            var trading = found.Where(instrument => instrument.IsTrading).ToList();
            if (trading.Count > 0)
            {
                return trading.Count == 1 ? trading[0] : throw new AmbiguousSymbolException(symbol, trading);
            }

            halted ??= found.FirstOrDefault();
        }

        return halted;
    }

    private static IEnumerable<string> Spellings(Instrument instrument)
    {
        var (baseAsset, quoteAsset) = (instrument.BaseAsset, instrument.QuoteAsset);
        string[] ofPair = instrument.ExpiresAt is null
            ? [$"{baseAsset}/{quoteAsset}", $"{baseAsset}-{quoteAsset}", $"{baseAsset}_{quoteAsset}", $"{baseAsset}{quoteAsset}"]
            : [];
        return [instrument.Symbol, .. instrument.Aliases, .. ofPair];
    }

    private async Task<UnknownSymbolException> UnknownAsync(
        ExchangeProfile exchange, Market? searched, string symbol, List<IReadOnlyList<Instrument>> lists, string? trouble, CancellationToken cancellationToken)
    {
        var hint = trouble;
        foreach (var row in exchange.Markets.Where(row => trouble is null && searched is not null && row.Market != searched))
        {
            var others = await instruments.ListAsync(exchange.Name, row.Market, cancellationToken).ConfigureAwait(false);
            if (Find([others], symbol) is { } elsewhere)
            {
                hint = $"There is {elsewhere.VenueSymbol} in its market {row.Market.Name()}.";
                break;
            }
        }

        var suggestions = lists.SelectMany(list => list)
            .Where(instrument => instrument.IsTrading)
            .Select(instrument => (instrument.VenueSymbol, Distance: Math.Min(Distance(symbol, instrument.VenueSymbol), Distance(symbol, instrument.Symbol))))
            .Where(candidate => candidate.Distance <= Math.Max(2, symbol.Length / 2))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.VenueSymbol, StringComparer.Ordinal)
            .Take(MaxSuggestions)
            .Select(candidate => candidate.VenueSymbol)
            .ToList();
        return new UnknownSymbolException(exchange.Name, searched, symbol, suggestions, hint);
    }

    /// <summary>Edits from one to the other, letters in any case; what is only missing at the end costs half, so that BTCUSD is near BTCUSDT.</summary>
    private static int Distance(string left, string right) =>
        right.StartsWith(left, StringComparison.OrdinalIgnoreCase) ? (right.Length - left.Length + 1) / 2 : Nearest.Distance(left, right);
}
