using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>
/// What the exchanges take of an account that trades little and holds none of their coins, as shares of the value: their published schedules of 2026, before
/// discounts. Some regions and products have others, and schedules change: they are defaults of simulations, no more.
/// </summary>
public static class VenueFees
{
    /// <summary>Returns an exchange's fees; null where none are known.</summary>
    /// <param name="exchange">Name of the exchange, such as <c>binance</c>.</param>
    /// <param name="market">Market.</param>
    public static (decimal Maker, decimal Taker)? Of(string exchange, Market market) => (exchange, market == Market.Spot) switch
    {
        ("binance", true) => (0.001m, 0.001m), // www.binance.com/en/fee/schedule, regular user
        ("binance", false) => (0.0002m, 0.0005m), // the same, USD-M and COIN-M futures
        ("okx", true) => (0.0008m, 0.001m), // www.okx.com/fees, regular user
        ("okx", false) => (0.0002m, 0.0005m),
        ("bybit", true) => (0.001m, 0.001m), // www.bybit.com/en/announcement-info/fee-rate, VIP 0
        ("bybit", false) => (0.0002m, 0.00055m),
        ("gateio", true) => (0.001m, 0.001m), // www.gate.com/fee, VIP 0 (0.09 % when paid in its coin)
        ("gateio", false) => (0.0002m, 0.0005m),
        ("hyperliquid", true) => (0.0004m, 0.0007m), // hyperliquid.gitbook.io/hyperliquid-docs/trading/fees, tier 0
        ("hyperliquid", false) => (0.00015m, 0.00045m),
        _ => null,
    };
}
