using OhlcvConnector.Infrastructure.Binance;
using OhlcvConnector.Infrastructure.Common;

namespace OhlcvConnector.Infrastructure;

/// <summary>The venues that there are: one line each. Nothing else in this assembly names one.</summary>
internal static class Venues
{
    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<IVenue> All { get; } =
    [
        new BinanceVenue(),
    ];
}
