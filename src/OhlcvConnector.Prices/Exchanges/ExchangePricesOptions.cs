namespace OhlcvConnector.Prices.Exchanges;

/// <summary>How pairs are chosen for the prices of assets, and how many are followed.</summary>
public sealed class ExchangePricesOptions
{
    /// <summary>The currencies in which an asset's price is looked for, the preferred one first.</summary>
    public IList<string> Quotes { get; } = ["USDT", "USDC", "USD"];

    /// <summary>The exchanges in which it is looked for, the preferred one first; empty for all that want no API key, in their usual order.</summary>
    public IList<string> Exchanges { get; } = [];

    /// <summary>
    /// The places whose pairs count where one exchange has the pairs of many, as CoinAPI has: what its symbols begin with before the <c>_</c>, the preferred
    /// one first; empty for any.
    /// </summary>
    public IList<string> Places { get; } = [];

    /// <summary>Pairs at most that are followed at a time; for one more the one that nobody has asked for longest is let go.</summary>
    public int MaxPairs { get; set; } = 500;
}
