using System.IO.Enumeration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>Symbols by what their spellings have in common: <c>*-USDT-SWAP</c>, where <c>*</c> is anything and <c>?</c> one letter.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Market">The market; null for the exchange's default, or all.</param>
/// <param name="Text">The pattern, of the exchange's own spelling or the common one, in any case.</param>
public sealed record SeriesPattern(string Exchange, Market? Market, string Text)
{
    /// <summary>Whether a symbol is a pattern.</summary>
    public static bool Is(string symbol) => symbol.AsSpan().ContainsAny('*', '?');

    /// <summary>The instruments that trade and match now, as the exchange lists them at this moment.</summary>
    /// <exception cref="UnknownExchangeException">There is no such exchange.</exception>
    /// <exception cref="UnsupportedMarketException">The exchange has no such market.</exception>
    /// <exception cref="ExchangeUnavailableException">The venue did not answer usably.</exception>
    public async Task<IReadOnlyList<Instrument>> FindAsync(IInstrumentRepository instruments, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        var list = new ListInstruments(instruments);
        var profile = list.Exchange(Exchange);
        var market = Market ?? profile.DefaultMarket;
        foreach (var row in profile.Markets.Where(row => market is null || row.Market == market))
        {
            await instruments.ListAgainAsync(profile.Name, row.Market, cancellationToken).ConfigureAwait(false); // so that what is new is there
        }

        return [.. (await list.ListAsync(Exchange, market, filter: null, cancellationToken).ConfigureAwait(false)).Where(one => one.IsTrading && Matches(one))];
    }

    /// <summary>Whether an instrument's spelling is one of it.</summary>
    public bool Matches(Instrument instrument)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        return FileSystemName.MatchesSimpleExpression(Text, instrument.VenueSymbol) || FileSystemName.MatchesSimpleExpression(Text, instrument.Symbol);
    }
}
