using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.CoinApi;

/// <summary>CoinAPI: spot pairs of several exchanges behind one address, for a key. Any key is taken but <c>wrong</c>.</summary>
internal sealed class CoinApiSandbox(VenueWorld world) : ISandboxVenue
{
    private const int DaysListed = 700;

    private readonly MarketBooks _books = world.NewMarket(Listings(world));
    private readonly LimitWindow _connects = new(10, TimeSpan.FromSeconds(10), world.Clock);
    private readonly LimitWindow _hellos = new(12, TimeSpan.FromSeconds(10), world.Clock);

    /// <inheritdoc/>
    public string Exchange => world.Exchange;

    /// <inheritdoc/>
    public IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths => [(Domain.Market.Spot, "/coinapi/v1/", "/coinapi")];

    /// <inheritdoc/>
    public MarketBooks? Market(Market market) => market == Domain.Market.Spot ? _books : null;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        new CoinApiRest(world, _books).Map(routes);
        routes.Map("/coinapi/v1", (RequestDelegate)StreamAsync);
    }

    private async Task StreamAsync(HttpContext context)
    {
        if (!_connects.TrySpend(1) && world.Violated())
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        await Routes.AcceptStreamAsync(context, world, new CoinApiStream(world, _books, _hellos, CoinApiKeys.KeyOf(context.Request))).ConfigureAwait(false);
    }

    private static IEnumerable<Listing> Listings(VenueWorld world)
    {
        foreach (var coin in Coins.Listed(world.Options.SymbolCount).Where(coin => coin.Life != CoinLife.Coming))
        {
            yield return Pair("BINANCE", coin, "USDT", coin.ListedMs(world.NowMs, DaysListed), coin.EndsMs(world.NowMs));
        }

        foreach (var coin in Coins.First(2))
        {
            yield return Pair("BITSTAMP", coin, "USD", coin.ListedMs(world.NowMs, DaysListed), long.MaxValue);
        }

        static Listing Pair(string exchange, Coin coin, string quote, long listedMs, long endsMs) => new()
        {
            Market = Domain.Market.Spot,
            Symbol = $"{exchange}_SPOT_{coin.Name}_{quote}",
            BaseAsset = coin.Name,
            QuoteAsset = quote,
            Tick = Coins.Tick(coin.Price),
            Step = Coins.Step(coin.Price),
            BasePrice = coin.Price,
            ListedMs = listedMs,
            EndsMs = endsMs,
            ActiveMinutesPercent = coin.ActiveMinutesPercent,
        };
    }
}
