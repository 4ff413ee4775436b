namespace OhlcvConnector.Trading;

/// <summary>Size of an order: how much, and of what. Sizes in money are turned into a quantity when the order fills, by the price that it fills at.</summary>
public readonly record struct OrderSize
{
    private OrderSize(OrderSizeKind kind, decimal amount) => (Kind, Amount) = (kind, amount);

    /// <summary>What the amount counts.</summary>
    public OrderSizeKind Kind { get; }

    /// <summary>The amount, as <see cref="Kind"/> says.</summary>
    public decimal Amount { get; }

    /// <summary>A quantity: base units, or contracts of an inverse instrument.</summary>
    public static OrderSize Units(decimal quantity) => new(OrderSizeKind.Units, quantity);

    /// <summary>An amount of money in the account's currency.</summary>
    public static OrderSize Cash(decimal money) => new(OrderSizeKind.Cash, money);

    /// <summary>A share of the equity; 1 is all of it, more needs leverage. Costs are taken out of it, so that all of the equity can be bought.</summary>
    public static OrderSize Equity(decimal share) => new(OrderSizeKind.Equity, share);

    /// <summary>A share of the equity that is lost when the order's stop is hit: 0.01 risks one per cent. Needs a stop loss.</summary>
    public static OrderSize Risk(decimal share) => new(OrderSizeKind.Risk, share);

    /// <summary>The whole position, whatever it is when the order fills.</summary>
    public static OrderSize Position { get; } = new(OrderSizeKind.Position, 0);
}

/// <summary>Kinds of an order's size.</summary>
public enum OrderSizeKind
{
    /// <summary>Quantity.</summary>
    Units,

    /// <summary>Money in the account's currency.</summary>
    Cash,

    /// <summary>Share of the equity.</summary>
    Equity,

    /// <summary>Share of the equity that the stop loss risks.</summary>
    Risk,

    /// <summary>All of the position.</summary>
    Position,
}
