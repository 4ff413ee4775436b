using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Bybit;

/// <summary>Market of Bybit: one of its categories.</summary>
internal sealed class BybitMarket(VenueWorld world, Market market)
{
    private const long DayMs = 86_400_000;

    public static IReadOnlyDictionary<string, Interval> Intervals { get; } = new Dictionary<string, Interval>(StringComparer.Ordinal)
    {
        ["1"] = Interval.Parse("1m"),
        ["3"] = Interval.Parse("3m"),
        ["5"] = Interval.Parse("5m"),
        ["15"] = Interval.Parse("15m"),
        ["30"] = Interval.Parse("30m"),
        ["60"] = Interval.Parse("1h"),
        ["120"] = Interval.Parse("2h"),
        ["240"] = Interval.Parse("4h"),
        ["360"] = Interval.Parse("6h"),
        ["720"] = Interval.Parse("12h"),
        ["D"] = Interval.OneDay,
        ["W"] = Interval.OneWeek,
        ["M"] = Interval.OneMonth,
    };

    public Market Market => market;

    public string Category { get; } = market switch { Market.Spot => "spot", Market.UsdMargined => "linear", _ => "inverse" };

    public bool IsInverse => market == Market.CoinMargined;

    public MarketBooks Simulated { get; } = world.NewMarket(Listings(world, market));

    public LimitWindow Attempts { get; } = new(500, TimeSpan.FromMinutes(5), world.Clock);

    private static IEnumerable<Listing> Listings(VenueWorld world, Market market)
    {
        var todayMs = world.NowMs / DayMs * DayMs;
        var expiry = DateTimeOffset.FromUnixTimeMilliseconds(todayMs).AddDays(45).AddHours(8);
        foreach (var one in Coins.Listed(world.Options.SymbolCount))
        {
            var (coin, price, index, life) = one;
            if (life == CoinLife.Coming && market != Market.UsdMargined)
            {
                continue;
            }

            var listing = new Listing
            {
                Market = market,
                Symbol = coin + (market == Market.CoinMargined ? "USD" : "USDT"),
                BaseAsset = coin,
                QuoteAsset = market == Market.CoinMargined ? "USD" : "USDT",
                SettleAsset = market switch { Market.Spot => null, Market.UsdMargined => "USDT", _ => coin },
                Tick = Coins.Tick(price),
                Step = market == Market.CoinMargined ? 1m : Coins.Step(price),
                Sizing = market == Market.CoinMargined ? Sizing.InverseContracts : Sizing.Base,
                BasePrice = price,
                ListedMs = one.ListedMs(world.NowMs, usualDays: 1_000),
                EndsMs = one.EndsMs(world.NowMs),
                IsComing = life == CoinLife.Coming, // its pre-market has candles
                ActiveMinutesPercent = one.ActiveMinutesPercent,
            };
            yield return listing;
            if (index == 0 && market == Market.UsdMargined)
            {
                yield return listing with { Symbol = coin + "PERP", QuoteAsset = "USDC", SettleAsset = "USDC" };
                yield return listing with
                {
                    Symbol = $"{coin}-{expiry.ToString("ddMMMyy", CultureInfo.InvariantCulture).ToUpperInvariant()}",
                    QuoteAsset = "USDC",
                    SettleAsset = "USDC",
                    ExpiresAt = expiry,
                    ListedMs = todayMs - (DayMs * 60),
                };
            }
        }
    }
}
