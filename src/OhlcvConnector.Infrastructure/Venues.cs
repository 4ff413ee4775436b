using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Binance;
using OhlcvConnector.Infrastructure.Bybit;
using OhlcvConnector.Infrastructure.CoinApi;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.GateIo;
using OhlcvConnector.Infrastructure.Hyperliquid;
using OhlcvConnector.Infrastructure.Okx;

namespace OhlcvConnector.Infrastructure;

/// <summary>The venues that there are: one line each. Nothing else in this assembly names one.</summary>
internal static class Venues
{
    /// <summary>Adapters of the venues, all of them, in the order of the documentation.</summary>
    public static IReadOnlyList<IVenue> All { get; } =
    [
        new BinanceVenue(),
        new OkxVenue(),
        new BybitVenue(),
        new GateIoVenue(),
        new HyperliquidVenue(),
        new CoinApiVenue(),
    ];

    /// <summary>Finds a venue by its name, in whatever case.</summary>
    /// <exception cref="UnknownExchangeException">There is none of that name.</exception>
    public static IVenue Find(string exchange) =>
        All.FirstOrDefault(venue => string.Equals(venue.Name, exchange, StringComparison.OrdinalIgnoreCase))
        ?? throw new UnknownExchangeException(exchange, All.Select(venue => venue.Name));
}
