using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.GateIo;

/// <summary>Market of Gate.io, with a stream of its own.</summary>
internal sealed class GateIoMarket(VenueWorld world, Market market)
{
    private static readonly string[] Streamed = ["10s", "1m", "5m", "15m", "30m", "1h", "4h", "8h", "1d", "7d"];

    public Market Market => market;

    public bool IsSpot => market == Market.Spot;

    public string StreamPath { get; } = market switch { Market.Spot => "/gateio/ws/v4/", Market.UsdMargined => "/gateio/v4/ws/usdt", _ => "/gateio/v4/ws/btc" };

    public string Channel => IsSpot ? "spot" : "futures";

    public string Settle => market == Market.UsdMargined ? "usdt" : "btc";

    public MarketBooks Simulated { get; } = world.NewMarket(Listings(world, market));

    public static Interval? Stream(string spelling) => Streamed.Contains(spelling) ? Interval.Parse(spelling) : null;

    /// <summary>REST has some more; 30d is a calendar month.</summary>
    public Interval? Rest(string spelling) => spelling switch
    {
        "1s" when IsSpot => Interval.OneSecond,
        "30d" => Interval.OneMonth,
        "1w" when !IsSpot => Interval.OneWeek,
        _ => Stream(spelling),
    };

    private static IEnumerable<Listing> Listings(VenueWorld world, Market market)
    {
        foreach (var one in market == Market.CoinMargined ? Coins.First(1) : Coins.Listed(world.Options.SymbolCount).Where(one => one.Life != CoinLife.Coming))
        {
            var (coin, price, _, _) = one;
            yield return new Listing
            {
                Market = market,
                Symbol = $"{coin}_{(market == Market.CoinMargined ? "USD" : "USDT")}",
                BaseAsset = coin,
                QuoteAsset = market == Market.CoinMargined ? "USD" : "USDT",
                SettleAsset = market switch { Market.Spot => null, Market.UsdMargined => "USDT", _ => "BTC" },
                Tick = Coins.Tick(price),
                Step = market switch
                {
                    Market.Spot => Coins.Step(price),
                    Market.UsdMargined when coin == "BTC" => Coins.Step(price) * 10,
                    Market.UsdMargined => Coins.Step(price),
                    _ => 1m,
                },
                StepsPerContract = market == Market.UsdMargined && coin != "BTC" ? 10 : 1, // decimal sizes came in 2026, not for all
                Sizing = market switch { Market.Spot => Sizing.Base, Market.UsdMargined => Sizing.LinearContracts, _ => Sizing.InverseContracts },
                BasePrice = price,
                ListedMs = one.ListedMs(world.NowMs, usualDays: 1_000),
                EndsMs = one.EndsMs(world.NowMs),
                ActiveMinutesPercent = one.ActiveMinutesPercent,
            };
        }
    }
}
