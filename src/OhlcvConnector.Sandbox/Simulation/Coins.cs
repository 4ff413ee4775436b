namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>The coins that the simulated markets list: the well-known ones first, then as many more as are wanted.</summary>
internal static class Coins
{
    private static readonly (string Name, double Price)[] Known =
    [
        ("BTC", 86_000), ("ETH", 3_200), ("SOL", 180), ("XRP", 2.2), ("BNB", 900), ("DOGE", 0.21), ("ADA", 0.65), ("AVAX", 28), ("LINK", 18), ("LTC", 105),
        ("DOT", 5.1), ("TRX", 0.29), ("UNI", 8.4), ("ATOM", 4.6), ("NEAR", 3.1), ("APT", 5.8), ("ARB", 0.42), ("OP", 0.75), ("PEPE", 0.0000112),
        ("SHIB", 0.0000124),
    ];

    // beside those that are counted, and last in the alphabet: who takes the first so many gets the usual ones
    private static readonly Coin[] Unusual =
        [new("ZEN", 9.3, 100, CoinLife.Halted), new("ZIL", 0.018, 100, CoinLife.Coming), new("ZRX", 0.26, 100, CoinLife.Young)];

    /// <summary>The first so many coins.</summary>
    public static IEnumerable<Coin> First(int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return i < Known.Length
                ? new Coin(Known[i].Name, Known[i].Price, i)
                : new Coin($"S{i - Known.Length + 1:D4}", Math.Pow(10, (Noise.Hash(77, i) % 60 / 10.0) - 2), i);
        }
    }

    /// <summary>The first so many coins, then one that trades no more, one that does not yet, and one that was listed a while ago.</summary>
    public static IEnumerable<Coin> Listed(int count) => First(count).Concat(Unusual);

    /// <summary>About six significant digits of a price, but not finer than eight decimals.</summary>
    public static decimal Tick(double price) => PowerOfTen(Math.Max(-8, (int)Math.Floor(Math.Log10(price)) - 6));

    /// <summary>Returns the size step of a coin: around a dollar's worth, a power of ten not above one.</summary>
    public static decimal Step(double price) => PowerOfTen(Math.Min(0, -(int)Math.Floor(Math.Log10(price)) - 1));

    /// <summary>Ten to this power, exactly.</summary>
    public static decimal PowerOfTen(int exponent)
    {
        var value = 1m;
        for (var i = 0; i < Math.Abs(exponent); i++)
        {
            value = exponent < 0 ? value / 10 : value * 10;
        }

        return value;
    }
}
