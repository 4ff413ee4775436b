using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Okx;

/// <summary>Listings of OKX: spot, linear and inverse swaps, dated futures, all behind one address, told apart by their ids.</summary>
internal sealed class OkxMarkets
{
    private const long DayMs = 86_400_000;
    private static readonly string[] Bars = ["1s", "1m", "3m", "5m", "15m", "30m", "1H", "2H", "4H", "6H", "12H", "1D", "2D", "3D", "1W", "1M", "3M"];
    private static readonly TimeSpan EastOfUtc = TimeSpan.FromHours(8);

    public OkxMarkets(VenueWorld world)
    {
        Spot = world.NewMarket(Listings(world, Market.Spot));
        Linear = world.NewMarket(Listings(world, Market.UsdMargined));
        Inverse = world.NewMarket(Listings(world, Market.CoinMargined));
    }

    public MarketBooks Spot { get; }

    public MarketBooks Linear { get; }

    public MarketBooks Inverse { get; }

    /// <summary>Returns the market and the listing of an id; null when it is none.</summary>
    public (MarketBooks Market, Listing Listing)? Find(string? instId)
    {
        foreach (var market in (MarketBooks[])[Spot, Linear, Inverse])
        {
            if (instId is not null && market.Find(instId) is { } listing)
            {
                return (market, listing);
            }
        }

        return null;
    }

    /// <summary>The listings of an instType.</summary>
    public IEnumerable<Listing> OfType(string instType) => instType switch
    {
        "SPOT" => Spot.Listings,
        "SWAP" => Linear.Listings.Concat(Inverse.Listings).Where(listing => listing.ExpiresAt is null),
        "FUTURES" => Linear.Listings.Concat(Inverse.Listings).Where(listing => listing.ExpiresAt is not null),
        _ => [],
    };

    /// <summary>A bar as REST spells it, and how far its grid lies before UTC's: without "utc", 6H and longer open on UTC+8.</summary>
    public static (Interval Interval, long ShiftMs)? Bar(string? bar)
    {
        var isUtc = bar?.EndsWith("utc", StringComparison.Ordinal) == true;
        var text = isUtc ? bar![..^3] : bar;
        if (!Bars.Contains(text) || !Interval.TryParse(text, out var interval))
        {
            return null;
        }

        var isLong = interval >= new Interval(6, IntervalUnit.Hour);
        return isUtc && !isLong ? null : (interval, isLong && !isUtc ? (long)EastOfUtc.TotalMilliseconds : 0);
    }

    private static IEnumerable<Listing> Listings(VenueWorld world, Market market)
    {
        var todayMs = world.NowMs / DayMs * DayMs;
        var expiry = DateTimeOffset.FromUnixTimeMilliseconds(todayMs).AddDays(40).AddHours(8);
        var date = expiry.ToString("yyMMdd", CultureInfo.InvariantCulture);
        foreach (var one in Coins.Listed(world.Options.SymbolCount).Where(one => one.Life != CoinLife.Coming))
        {
            var (coin, price, index, _) = one;
            var listing = new Listing
            {
                Market = market,
                Symbol = market switch { Market.Spot => $"{coin}-USDT", Market.UsdMargined => $"{coin}-USDT-SWAP", _ => $"{coin}-USD-SWAP" },
                BaseAsset = coin,
                QuoteAsset = market == Market.CoinMargined ? "USD" : "USDT",
                SettleAsset = market switch { Market.Spot => null, Market.UsdMargined => "USDT", _ => coin },
                Tick = Coins.Tick(price),
                Step = market switch { Market.Spot => Coins.Step(price), Market.UsdMargined => Coins.Step(price) * 10, _ => coin == "BTC" ? 100 : 10 },
                Sizing = market switch { Market.Spot => Sizing.Base, Market.UsdMargined => Sizing.LinearContracts, _ => Sizing.InverseContracts },
                BasePrice = price,
                ListedMs = one.ListedMs(world.NowMs, usualDays: 1_000),
                EndsMs = one.EndsMs(world.NowMs),
                ActiveMinutesPercent = one.ActiveMinutesPercent,
            };
            yield return listing;
            if (index < 2 && market != Market.Spot)
            {
                var isLinear = market == Market.UsdMargined;
                yield return listing with
                {
                    Symbol = isLinear ? $"{coin}-USD_UM-{date}" : $"{coin}-USD-{date}",
                    QuoteAsset = "USD",
                    SettleAsset = isLinear ? "USD" : coin,
                    ExpiresAt = expiry,
                    ListedMs = todayMs - (DayMs * 50),
                };
            }
        }
    }
}
