using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Hyperliquid;

/// <summary>Listings of Hyperliquid: perpetuals, builders' perpetuals, and spot pairs whose wire names are numbers.</summary>
internal sealed class HyperliquidMarkets
{
    /// <summary>The token that the second builder's contracts are margined in: USDH.</summary>
    public const int OtherCollateral = 360;

    private const long DayMs = 86_400_000;
    private static readonly string[] Lengths = ["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "8h", "12h", "1d", "3d", "1w", "1M"];

    public HyperliquidMarkets(VenueWorld world)
    {
        Perpetuals = world.NewMarket(PerpetualListings(world));
        Spot = world.NewMarket(SpotListings(world));
    }

    /// <summary>The exchanges of builders; the second one's collateral is not USDC.</summary>
    public static IReadOnlyList<string> Builders { get; } = ["xyz", "flx"];

    public static IReadOnlyDictionary<string, Interval> Intervals { get; } = Lengths.ToDictionary(text => text, Interval.Parse, StringComparer.Ordinal);

    public MarketBooks Perpetuals { get; }

    public MarketBooks Spot { get; }

    /// <summary>Returns the market and the listing of a coin; null when it is none.</summary>
    public (MarketBooks Market, Listing Listing)? Find(string? coin) =>
        coin is null ? null
        : Perpetuals.Find(coin) is { } perpetual ? (Perpetuals, perpetual)
        : Spot.Find(coin) is { } spot ? (Spot, spot)
        : null;

    private static IEnumerable<Listing> PerpetualListings(VenueWorld world)
    {
        var todayMs = world.NowMs / DayMs * DayMs;
        foreach (var one in Coins.Listed(world.Options.SymbolCount).Where(one => one.Life != CoinLife.Coming))
        {
            var (coin, price, index, _) = one;
            var isThousand = coin is "PEPE" or "SHIB";
            yield return Perpetual(isThousand ? "k" + coin : coin, isThousand ? price * 1000 : price, index, todayMs) with
            {
                ListedMs = one.ListedMs(world.NowMs, usualDays: 900),
                EndsMs = one.EndsMs(world.NowMs),
            };
        }

        yield return Perpetual($"{Builders[0]}:TSLA", 410, 1, todayMs);
        yield return Perpetual($"{Builders[0]}:XYZ100", 25_000, 4, todayMs);
        yield return Perpetual($"{Builders[1]}:CRCL", 120, 1, todayMs) with { QuoteAsset = "USDH", SettleAsset = "USDH" };
    }

    private static Listing Perpetual(string coin, double price, int index, long todayMs) => new()
    {
        Market = Market.UsdMargined,
        Symbol = coin,
        BaseAsset = coin,
        QuoteAsset = "USDC",
        SettleAsset = "USDC",
        Tick = Tick(price),
        Step = Coins.Step(price),
        BasePrice = price,
        ListedMs = todayMs - (DayMs * (index % 7 == 6 ? 90 : 900)),
        ActiveMinutesPercent = index % 5 == 4 ? 40 : 100,
    };

    /// <summary>Prices have at most five significant figures, also a quarter above where they usually are; whole numbers are always allowed.</summary>
    private static decimal Tick(double price) => Coins.PowerOfTen(Math.Min(0, (int)Math.Floor(Math.Log10(price * 1.25)) - 4));

    private static IEnumerable<Listing> SpotListings(VenueWorld world)
    {
        var todayMs = world.NowMs / DayMs * DayMs;
        yield return Pair("PURR/USDC", "PURR", 0.19, 4, todayMs);
        yield return Pair("@107", "HYPE", 38, 0, todayMs);
        yield return Pair("@142", "UBTC", 86_000, 1, todayMs);
        yield return Pair("@151", "UETH", 3_200, 2, todayMs);
        yield return Pair("@156", "USOL", 180, 3, todayMs);
        yield return Pair("@232", "HYPE", 38, 1, todayMs) with { QuoteAsset = "USDH" };
        yield return Pair("@278", "LATE", 1.2, 2, todayMs);
    }

    private static Listing Pair(string coin, string token, double price, int index, long todayMs) => new()
    {
        Market = Market.Spot,
        Symbol = coin,
        BaseAsset = token,
        QuoteAsset = "USDC",
        Tick = Tick(price),
        Step = Coins.Step(price),
        BasePrice = price,
        ListedMs = todayMs - (DayMs * 400),
        ActiveMinutesPercent = index % 5 == 4 ? 40 : 100,
    };
}
