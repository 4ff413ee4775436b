namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>
/// The six markets that are judged, each with five symbols: two busy, one quiet, one listed a hundred minutes before the start, one more for visitors.
/// </summary>
internal static class Markets
{
    private const long Old = 1_577_836_800_000; // 2020

    public static IReadOnlyList<string> Names { get; } = ["binance-spot", "binance-coinm", "okx", "bybit", "gateio", "hyperliquid"];

    public static JudgedVenue Open(string name, FastClock clock, int seed)
    {
        var books = new Books(seed + (name.Length * 7919));
        var start = clock.NowMs / Books.Minute * Books.Minute;
        var young = start - (100 * Books.Minute);
        JudgedVenue venue = name switch
        {
            "binance-spot" => new BinanceVenue(clock, books, seed, Spot("{0}USDT", 0.00001m, young), isCoin: false),
            "binance-coinm" => new BinanceVenue(clock, books, seed, Inverse(young), isCoin: true),
            "okx" => new OkxVenue(clock, books, seed, Spot("{0}-USDT-SWAP", 0.0001m, young)),
            "bybit" => new BybitVenue(clock, books, seed, Spot("{0}USDT", 0.001m, young)),
            "gateio" => new GateVenue(clock, books, seed, Spot("{0}_USDT", 0.00001m, young)),
            "hyperliquid" => new HyperliquidVenue(clock, books, seed, [.. Spot("{0}", 0.001m, 0).Select(symbol => symbol with { Quote = "USDC" })]),
            _ => throw new ArgumentException($"no such market: {name}"),
        };
        if (!venue.OmitsQuiet)
        {
            Damage(venue, start);
        }

        return venue;
    }

    /// <summary>Damages history that lies before the start: some hours missing, some rows that no reader may take.</summary>
    private static void Damage(JudgedVenue venue, long start)
    {
        foreach (var symbol in venue.Symbols.Take(3))
        {
            for (var at = 0; at < 30; at++)
            {
                venue.Books.Damage(symbol.Name, start - ((1_500 + at) * Books.Minute), Defect.Hole);
            }

            venue.Books.Damage(symbol.Name, start - (111 * Books.Minute), Defect.BrokenRow);
            venue.Books.Damage(symbol.Name, start - (733 * Books.Minute), Defect.NullColumn);
            venue.Books.Damage(symbol.Name, start - (734 * Books.Minute), Defect.OffGrid);
            venue.Books.Damage(symbol.Name, start - (2_100 * Books.Minute), Defect.OffGrid);
        }

        for (var at = 200; at < 900; at++)
        {
            venue.Books.Damage(venue.Symbols[4].Name, start - (at * Books.Minute), Defect.Hole);
        }
    }

    private static List<Listed> Spot(string name, decimal unit, long young)
    {
        return
        [
            Listed("BTC", 64_340m, 1m, unit),
            Listed("ETH", 3_512.4m, 0.1m, unit * 10),
            Listed("SOL", 152.37m, 0.01m, unit * 100) with { IsQuiet = true },
            Listed("XRP", 2.345m, 0.001m, unit * 1000) with { ListedMs = young > 0 ? young : Old },
            Listed("ADA", 0.7712m, 0.0001m, unit * 10_000),
        ];

        Listed Listed(string coin, decimal price, decimal tick, decimal size) =>
            new(string.Format(System.Globalization.CultureInfo.InvariantCulture, name, coin), coin, "USDT", price, tick, size, ListedMs: Old);
    }

    private static List<Listed> Inverse(long young)
    {
        return
        [
            Listed("BTC", 64_340.1m, 0.1m, 100m),
            Listed("ETH", 3_512.41m, 0.01m, 10m),
            Listed("SOL", 152.377m, 0.001m, 10m) with { IsQuiet = true },
            Listed("XRP", 2.3451m, 0.0001m, 10m) with { ListedMs = young },
            Listed("ADA", 0.77121m, 0.00001m, 10m),
        ];

        static Listed Listed(string coin, decimal price, decimal tick, decimal size) =>
            new($"{coin}USD_PERP", coin, "USD", price, tick, size, IsInverse: true, ListedMs: Old);
    }
}
