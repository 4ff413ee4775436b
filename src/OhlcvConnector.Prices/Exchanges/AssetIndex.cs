using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Prices.Exchanges;

/// <summary>Finds the pair that an asset's price is taken from: the first quote of the order for which an exchange of the order has a trading pair.</summary>
/// <param name="provider">In whose name errors are.</param>
/// <param name="instruments">The listings.</param>
/// <param name="options">The orders.</param>
internal sealed class AssetIndex(string provider, IInstrumentRepository instruments, ExchangePricesOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (IReadOnlyList<Instrument> Of, Dictionary<(string, string), Instrument> Pairs)> _indexes = [];

    /// <summary>The pair; null when no exchange has one.</summary>
    /// <exception cref="PriceProviderException">None was found, and not every exchange could be asked.</exception>
    public async Task<Instrument?> FindAsync(PriceRequest request, CancellationToken cancellationToken)
    {
        ExchangeUnavailableException? failure = null;
        foreach (var quote in request.Quote is { } one ? [one] : options.Quotes)
        {
            foreach (var exchange in Exchanges())
            {
                try
                {
                    var listed = await instruments.ListAsync(exchange, Market.Spot, cancellationToken).ConfigureAwait(false);
                    if (PairsOf(exchange, listed).GetValueOrDefault((request.Symbol, quote)) is { } found)
                    {
                        return found;
                    }
                }
                catch (ExchangeUnavailableException exception)
                {
                    failure = exception;
                }
            }
        }

        return failure is null ? null : throw new PriceProviderException(provider, $"{request}: {failure.Message}", innerException: failure);
    }

    /// <summary>Those of the preferred place first, and of no other where some are named.</summary>
    private IEnumerable<Instrument> InOrder(IEnumerable<Instrument> listed) => options.Places.Count == 0
        ? listed
        : options.Places.SelectMany(place => listed.Where(instrument => instrument.VenueSymbol.StartsWith(place + "_", StringComparison.OrdinalIgnoreCase)));

    private IEnumerable<string> Exchanges()
    {
        var spot = instruments.Exchanges.Where(exchange => exchange.Markets.Any(market => market.Market == Market.Spot)).ToList();
        var known = spot.Select(exchange => exchange.Name);
        return options.Exchanges.Count == 0
            ? spot.Where(exchange => !exchange.NeedsKey).Select(exchange => exchange.Name)
            : options.Exchanges.Where(name => known.Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    private Dictionary<(string, string), Instrument> PairsOf(string exchange, IReadOnlyList<Instrument> listed)
    {
        lock (_gate)
        {
            if (_indexes.TryGetValue(exchange, out var index) && ReferenceEquals(index.Of, listed))
            {
                return index.Pairs;
            }

            var pairs = new Dictionary<(string, string), Instrument>();
            foreach (var instrument in InOrder(listed.Where(instrument => instrument.IsTrading)))
            {
                pairs.TryAdd((instrument.BaseAsset.ToUpperInvariant(), instrument.QuoteAsset.ToUpperInvariant()), instrument);
            }

            _indexes[exchange] = (listed, pairs);
            return pairs;
        }
    }
}
