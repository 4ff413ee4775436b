using OhlcvConnector.Domain;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Following;

/// <summary>Finds symbols in the listings of exchanges, all at once.</summary>
internal sealed class ListingSearch(Connector connector, ServerOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Returns what matches, the likeliest first: the asset itself before what begins with it, and that before what only holds it.</summary>
    /// <param name="text">What is looked for, in any spelling.</param>
    /// <param name="exchange">The exchange, in whatever case; null for all.</param>
    /// <param name="market">The market; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SearchAnswer> FindAsync(string text, string? exchange, Market? market, int limit, CancellationToken cancellationToken)
    {
        var wanted = Plain(text);
        if (wanted.Length == 0)
        {
            throw RestQuery.Bad("'text' must have a letter or a digit: a part of a symbol, such as btc.");
        }

        var profiles = connector.Exchanges.Where(profile =>
            (exchange is null || profile.Name.Equals(exchange, StringComparison.OrdinalIgnoreCase))
            && (market is null || profile.Markets.Any(row => row.Market == market))).ToList();
        var listings = await Task.WhenAll(profiles.Select(profile => ListAsync(profile.Name, market, cancellationToken))).ConfigureAwait(false);
        var found = listings.SelectMany(listing => listing.Instruments)
            .Select(instrument => (Instrument: instrument, Rank: RankOf(instrument, wanted)))
            .Where(one => one.Rank is not null)
            .OrderBy(one => one.Rank).ThenByDescending(one => one.Instrument.IsTrading).ThenBy(one => one.Instrument.ExpiresAt is not null)
            .ThenBy(one => one.Instrument.QuoteAsset is not "USDT").ThenBy(one => one.Instrument.Symbol.Length)
            .ThenBy(one => one.Instrument.Symbol, StringComparer.Ordinal).ThenBy(one => one.Instrument.Exchange, StringComparer.Ordinal)
            .ThenBy(one => one.Instrument.Market).ToList();
        return new SearchAnswer
        {
            Symbols = [.. found.Take(limit).Select(one => RestEndpoint.Row(one.Instrument))],
            Total = found.Count,
            Unlisted = [.. listings.Select(listing => listing.Problem).OfType<UnlistedRow>()],
        };
    }

    private async Task<(IReadOnlyList<Instrument> Instruments, UnlistedRow? Problem)> ListAsync(
        string exchange, Market? market, CancellationToken cancellationToken)
    {
        try
        {
            var listing = connector.InstrumentsAsync(exchange, market, filter: null, cancellationToken);
            return (await listing.WaitAsync(Patience, options.TimeProvider, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception exception) when (exception is OhlcvConnectorException or TimeoutException)
        {
            var reason = exception is TimeoutException ? $"it did not answer within {Patience.TotalSeconds:0} s" : exception.Message;
            return ([], new UnlistedRow { Exchange = exchange, Reason = reason });
        }
    }

    private static int? RankOf(Instrument instrument, string wanted)
    {
        var (asset, pair, venue) = (Plain(instrument.BaseAsset), Plain(instrument.Symbol), Plain(instrument.VenueSymbol));
        return asset == wanted ? 0
            : pair == wanted || venue == wanted ? 1
            : asset.StartsWith(wanted, StringComparison.Ordinal) ? 2
            : pair.StartsWith(wanted, StringComparison.Ordinal) || venue.StartsWith(wanted, StringComparison.Ordinal) ? 3
            : pair.Contains(wanted, StringComparison.Ordinal) || venue.Contains(wanted, StringComparison.Ordinal) ? 4
            : null;
    }

    /// <summary>Letters and digits alone, in upper case: BTC/USDT, BTC-USDT and btcusdt are the same.</summary>
    private static string Plain(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
