using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>Rules of an instrument that orders must keep, and how its positions are valued.</summary>
public sealed record InstrumentRules
{
    /// <summary>Rules of an instrument without steps or limits.</summary>
    public static InstrumentRules None { get; } = new();

    /// <summary>Smallest price step; 0 for any price. Limit and stop prices are rounded to it, away from a better fill.</summary>
    public decimal TickSize { get; init; }

    /// <summary>Smallest quantity step; 0 for any quantity. Quantities are rounded down to it.</summary>
    public decimal LotSize { get; init; }

    /// <summary>Smallest value of an order, in the account's currency; 0 for none.</summary>
    public decimal MinNotional { get; init; }

    /// <summary>Commission of market and stop orders of this instrument, as a share of the value; null for <see cref="BrokerOptions.TakerFee"/>.</summary>
    public decimal? TakerFee { get; init; }

    /// <summary>Commission of limit orders of this instrument that waited for their price; null for <see cref="BrokerOptions.MakerFee"/>.</summary>
    public decimal? MakerFee { get; init; }

    /// <summary>
    /// Value of one contract in the quote currency, for inverse contracts, which are settled in the coin: cash is counted in the coin then. Null for linear
    /// ones,
    /// whose quantity is in base units.
    /// </summary>
    public decimal? InverseContractSize { get; init; }

    /// <summary>Takes what an instrument says of itself: its tick and lot, and the contract's size on coin-margined markets.</summary>
    public static InstrumentRules Of(Instrument instrument)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        var isInverse = instrument.Market == Market.CoinMargined;
        return new InstrumentRules
        {
            TickSize = instrument.TickSize ?? 0,
            LotSize = isInverse ? instrument.LotSize ?? 1 : (instrument.LotSize ?? 0) * (instrument.ContractSize ?? 1), // in base units where linear
            InverseContractSize = isInverse ? instrument.ContractSize : null,
        };
    }

    /// <summary>Value of a position, positive for a long and negative for a short one; of an inverse one in the coin, with the sign turned.</summary>
    internal decimal ValueOf(decimal quantity, decimal price) => InverseContractSize is { } size ? -quantity * size / price : quantity * price;

    /// <summary>Money that changes hands when a quantity is bought at a price, rounded as <see cref="Money"/> says.</summary>
    internal decimal CostOf(decimal quantity, decimal price) => Money.Round(ValueOf(quantity, price));

    /// <summary>Absolute value of a quantity at a price, in the account's currency.</summary>
    internal decimal Notional(decimal quantity, decimal price) => Math.Abs(ValueOf(quantity, price));

    /// <summary>Quantity whose value at a price is this, rounded down to a lot.</summary>
    internal decimal QuantityFor(decimal value, decimal price) => Round(InverseContractSize is { } size ? value * price / size : value / price);

    /// <summary>Rounds a quantity towards zero to a lot.</summary>
    internal decimal Round(decimal quantity) =>
        LotSize > 0 ? decimal.Truncate(quantity / LotSize) * LotSize : Math.Round(quantity, Money.Decimals, MidpointRounding.ToZero);

    /// <summary>Rounds a price to a tick.</summary>
    /// <param name="price">The price.</param>
    /// <param name="up">Whether upwards.</param>
    internal decimal RoundPrice(decimal price, bool up)
    {
        if (TickSize <= 0)
        {
            return price;
        }

        var ticks = price / TickSize;
        return (up ? decimal.Ceiling(ticks) : decimal.Floor(ticks)) * TickSize;
    }
}
