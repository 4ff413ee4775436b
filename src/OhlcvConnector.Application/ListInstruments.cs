using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>Lists what trades on an exchange, and finds what somebody means.</summary>
/// <param name="instruments">The listings.</param>
public sealed class ListInstruments(IInstrumentRepository instruments)
{
    /// <summary>The exchange with this name, in any case.</summary>
    /// <exception cref="UnknownExchangeException">There is none.</exception>
    public ExchangeProfile Exchange(string name) =>
        instruments.Exchanges.FirstOrDefault(exchange => string.Equals(exchange.Name, name?.Trim(), StringComparison.OrdinalIgnoreCase))
        ?? throw new UnknownExchangeException(name ?? "", instruments.Exchanges.Select(exchange => exchange.Name));

    /// <summary>The instruments of a market, or of all markets of the exchange, ordered by market and symbol.</summary>
    /// <param name="exchange">The exchange, in any case.</param>
    /// <param name="market">The market; null for all.</param>
    /// <param name="filter">Only those whose symbol or venue symbol holds this text, in any case; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnknownExchangeException">There is no such exchange.</exception>
    /// <exception cref="UnsupportedMarketException">The exchange has no such market.</exception>
    /// <exception cref="ExchangeUnavailableException">The venue did not answer usably.</exception>
    public async Task<IReadOnlyList<Instrument>> ListAsync(
        string exchange, Market? market = null, string? filter = null, CancellationToken cancellationToken = default)
    {
        var profile = Exchange(exchange);
        var found = new List<Instrument>();
        foreach (var row in profile.Markets.Where(row => market is null || row.Market == market))
        {
            found.AddRange(await instruments.ListAsync(profile.Name, row.Market, cancellationToken).ConfigureAwait(false));
        }

        if (market is { } wanted && profile.Markets.All(row => row.Market != wanted))
        {
            throw new UnsupportedMarketException(profile.Name, wanted.Name(), profile.Markets.Select(row => row.Market));
        }

        return
        [
            .. found
                .Where(instrument => filter is null
                    || instrument.Symbol.Contains(filter, StringComparison.OrdinalIgnoreCase)
                    || instrument.VenueSymbol.Contains(filter, StringComparison.OrdinalIgnoreCase))
                .OrderBy(instrument => instrument.Market)
                .ThenBy(instrument => instrument.Symbol, StringComparer.Ordinal),
        ];
    }
}
