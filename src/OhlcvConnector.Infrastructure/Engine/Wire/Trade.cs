namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>A trade as a venue tells it.</summary>
/// <param name="Id">The venue's id, which sets apart the trades of one millisecond.</param>
/// <param name="TimeMs">The time at which it happened, by the venue's clock; Unix epoch milliseconds.</param>
/// <param name="Price">The price, in the quote asset.</param>
/// <param name="Amount">The amount, in base units.</param>
/// <param name="Taker">The side of the taker: the one who took what the other had offered.</param>
internal readonly record struct Trade(long Id, long TimeMs, decimal Price, decimal Amount, Taker Taker = Taker.Unknown);

/// <summary>Taker of a trade: whose order came second, and made the trade.</summary>
internal enum Taker : byte
{
    /// <summary>The venue does not say.</summary>
    Unknown,

    /// <summary>The buyer's.</summary>
    Buyer,

    /// <summary>The seller's.</summary>
    Seller,
}
