using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;

namespace OhlcvConnector.Infrastructure;

/// <summary>The exchanges that this library has adapters for, and what their markets offer: facts, for which nobody is asked.</summary>
public static class SupportedExchanges
{
    /// <summary>Profiles of the exchanges, all of them, in the order of the documentation.</summary>
    public static IReadOnlyList<ExchangeProfile> All { get; } = [.. Venues.All.Select(Profile)];

    /// <summary>Finds an exchange by its name, in whatever case.</summary>
    /// <exception cref="UnknownExchangeException">There is none of that name; the message names those that there are.</exception>
    public static ExchangeProfile Find(string exchange) => Profile(Venues.Find(exchange));

    internal static ExchangeProfile Profile(IVenue venue) => new(
        venue.Name,
        [
            .. venue.Markets.Select(
                market => new MarketProfile(
                    market.Market, market.Intervals.Streamed, market.Intervals.Historic, market.OmitsQuietCandles, market.Trades is not null)),
        ],
        venue.DefaultMarket,
        venue.Markets.Any(market => market.Key is not null));
}
