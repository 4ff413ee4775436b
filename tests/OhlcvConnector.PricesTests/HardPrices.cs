using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.PricesTests;

/// <summary>Prices that are hard to keep.</summary>
internal static class HardPrices
{
    /// <summary>A price with all that one can have, in many digits.</summary>
    public static AssetPrice OfManyDigits(string symbol, DateTimeOffset lastUpdated) => new()
    {
        Symbol = symbol,
        Quote = "USDT",
        Price = 12345678901234567890.12345678m,
        LastUpdated = lastUpdated,
        Source = "a",
        Name = "Bitcoin",
        Change24h = -0.0001m,
        High24h = 2,
        Low24h = 0.00000000012m,
        Volume24h = 0m,
        Supply = 21_000_000m,
        IsSandbox = true,
    };
}
