using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>Way that the price takes within a candle, which candles do not tell.</summary>
public enum CandlePath
{
    /// <summary>
    /// Open, then the extreme that is worse for the open position (the nearer one where there is none), then the other, then close: a stop is hit before a
    /// target
    /// that lies in the same candle. The default, for it does not flatter.
    /// </summary>
    WorstFirst,

    /// <summary>Open, then the nearer extreme, then the other, then close: likelier, and kinder to targets near the open.</summary>
    NearestFirst,
}

/// <summary>Commission for accounts that trade much.</summary>
/// <param name="From">Value of all fills of the last thirty days from which it holds, in the account's currency.</param>
/// <param name="TakerFee">Commission of market and stop orders, as a share of the value.</param>
/// <param name="MakerFee">Commission of limit orders that waited for their price.</param>
public readonly record struct FeeTier(decimal From, decimal TakerFee, decimal MakerFee);

/// <summary>Settings of the simulated broker. All costs are against the strategy.</summary>
public sealed record BrokerOptions
{
    /// <summary>Money that the account begins with, in the account's currency; the coin for inverse contracts.</summary>
    public decimal Cash { get; init; } = 10_000;

    /// <summary>Commission of orders that take liquidity (market and stop), as a share of the value: 0.001 is 0.1 %.</summary>
    public decimal TakerFee { get; init; }

    /// <summary>Commission of limit orders that waited for their price; null for <see cref="TakerFee"/>.</summary>
    public decimal? MakerFee { get; init; }

    /// <summary>Distance between bid and ask as a share of the price; market and stop orders pay half of it.</summary>
    public decimal Spread { get; init; }

    /// <summary>Slippage of market and stop orders, as a share of the price.</summary>
    public decimal Slippage { get; init; }

    /// <summary>Slippage of market and stop orders by volatility, as a share of the candle's range (high less low), on top of the fixed one.</summary>
    public decimal SlippageOfRange { get; init; }

    /// <summary>
    /// Slippage of market and stop orders by volume: the share of the price that an order of the whole candle's volume would pay. A part of the volume pays by
    /// the square root of its share, on top of the other slippage: 0.1 is 1 % for an order of 1 % of the volume. The square root is what is found of large
    /// orders (Almgren, Thum, Hauptmann and Li, Direct Estimation of Equity Market Impact, 2005; Tóth and others, Anomalous Price Impact, 2011). None where
    /// the volume is not known.
    /// </summary>
    public decimal SlippageOfVolume { get; init; }

    /// <summary>
    /// Commissions by what the account has traded in the last thirty days; the tier with the highest <see cref="FeeTier.From"/> that is reached holds, and
    /// below all of them the other fees. Empty for none.
    /// </summary>
    public IReadOnlyList<FeeTier> FeeTiers { get; init; } = [];

    /// <summary>Largest share of a candle's volume that one order may fill; the rest waits for the next candle. Null for no limit.</summary>
    public decimal? MaxVolumeShare { get; init; }

    /// <summary>Value of positions that one unit of equity may carry; 1 for none on credit.</summary>
    public decimal Leverage { get; init; } = 1;

    /// <summary>Share of the positions' value that the equity must not fall below; then they are closed (liquidation). 0 for when nothing is left.</summary>
    public decimal MaintenanceMargin { get; init; }

    /// <summary>True when positions may be short.</summary>
    public bool AllowShort { get; init; } = true;

    /// <summary>True when quantities are whole numbers.</summary>
    public bool WholeUnits { get; init; }

    /// <summary>
    /// Funding that longs pay to shorts each <see cref="FundingEvery"/>, as a share of the position's value; negative when shorts pay. 0 for none.
    /// </summary>
    public decimal FundingRate { get; init; }

    /// <summary>Time between fundings, on the grid of the Unix epoch.</summary>
    public TimeSpan FundingEvery { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Way that the price takes within a candle.</summary>
    public CandlePath Path { get; init; }

    /// <summary>Largest number of orders of one series that may be open at once; more are rejected.</summary>
    public int MaxOpenOrders { get; init; } = 1_000;

    /// <summary>Largest number of orders between two closes; more are rejected, and counted alone.</summary>
    public int MaxOrdersPerCandle { get; init; } = 10_000;

    /// <summary>
    /// Share of the equity at the day's beginning (UTC) whose loss ends the day's trading: all orders are cancelled, all positions closed at the next open, and
    /// only orders that reduce are taken until the next day. Judged at closes. Null for no limit.
    /// </summary>
    public decimal? DailyLossLimit { get; init; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="InvalidSettingException">One is out of its range; the message says which it may have.</exception>
    public void Check()
    {
        Require(Cash > 0, nameof(Cash), Cash, "above 0");
        Require(TakerFee is >= 0 and < 1, nameof(TakerFee), TakerFee, "from 0 to less than 1 (0.001 is 0.1 %)");
        Require(MakerFee is null or (> -1 and < 1), nameof(MakerFee), MakerFee ?? 0, "between -1 and 1");
        Require(Spread is >= 0 and < 1, nameof(Spread), Spread, "from 0 to less than 1");
        Require(Slippage is >= 0 and < 1, nameof(Slippage), Slippage, "from 0 to less than 1");
        Require(SlippageOfRange is >= 0 and <= 10, nameof(SlippageOfRange), SlippageOfRange, "from 0 to 10");
        Require(SlippageOfVolume is >= 0 and <= 10, nameof(SlippageOfVolume), SlippageOfVolume, "from 0 to 10");
        foreach (var tier in FeeTiers)
        {
            Require(tier.From >= 0, "FeeTiers.From", tier.From, "at least 0");
            Require(tier.TakerFee is >= 0 and < 1, "FeeTiers.TakerFee", tier.TakerFee, "from 0 to less than 1");
            Require(tier.MakerFee is > -1 and < 1, "FeeTiers.MakerFee", tier.MakerFee, "between -1 and 1");
        }

        Require(MaxVolumeShare is null or (> 0 and <= 1), nameof(MaxVolumeShare), MaxVolumeShare ?? 0, "above 0, at most 1");
        Require(Leverage is >= 1 and <= 1_000, nameof(Leverage), Leverage, "from 1 to 1000");
        Require(MaintenanceMargin is >= 0 and < 1, nameof(MaintenanceMargin), MaintenanceMargin, "from 0 to less than 1");
        Require(FundingRate is > -1 and < 1, nameof(FundingRate), FundingRate, "between -1 and 1");
        Require(FundingEvery > TimeSpan.Zero, nameof(FundingEvery), (decimal)FundingEvery.TotalSeconds, "longer than 0 s");
        Require(MaxOrdersPerCandle > 0, nameof(MaxOrdersPerCandle), MaxOrdersPerCandle, "at least 1");
        Require(DailyLossLimit is null or (> 0 and < 1), nameof(DailyLossLimit), DailyLossLimit ?? 0, "between 0 and 1 (0.05 is 5 %)");
        Require(MaxOpenOrders > 0, nameof(MaxOpenOrders), MaxOpenOrders, "at least 1");
    }

    private static void Require(bool isMet, string name, decimal value, string range)
    {
        if (!isMet)
        {
            throw new InvalidSettingException(FormattableString.Invariant($"{name} is {value}; it must be {range}."));
        }
    }
}
