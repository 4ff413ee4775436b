namespace OhlcvConnector.Trading;

/// <summary>
/// Amounts of money, prices and quantities have twelve decimals at most: a product of two of them would have twice as many, and sums of such lose their last
/// digits where a decimal has no room for them.
/// </summary>
internal static class Money
{
    public const int Decimals = 12;

    /// <summary>Rounds half to even.</summary>
    public static decimal Round(decimal amount) => Math.Round(amount, Decimals, MidpointRounding.ToEven);
}
