using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.GateIo;

/// <summary>Gate.io v4.</summary>
internal sealed class GateIoSandbox(VenueWorld world) : ISandboxVenue
{
    private const int MaxConnections = 300;
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(30);

    private readonly GateIoMarket[] _markets = [new(world, Domain.Market.Spot), new(world, Domain.Market.UsdMargined), new(world, Domain.Market.CoinMargined)];

    /// <inheritdoc/>
    public string Exchange => world.Exchange;

    /// <inheritdoc/>
    public IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths =>
        [.. _markets.Select(venueMarket => (venueMarket.Market, venueMarket.StreamPath, "/gateio"))];

    /// <inheritdoc/>
    public MarketBooks? Market(Market market) => Array.Find(_markets, one => one.Market == market)?.Simulated;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        var rest = new GateIoRest(world);
        foreach (var empty in (string[])["margin/currency_pairs", "delivery/usdt/contracts", "delivery/btc/contracts", "options/underlyings"])
        {
            routes.MapGet("/gateio/api/v4/" + empty, (RequestDelegate)rest.EmptyListAsync);
        }

        routes.MapGet("/gateio/api/v4/spot/time", (RequestDelegate)rest.TimeAsync);
        routes.MapGet("/gateio/api/v4/spot/currencies", (RequestDelegate)(context => rest.CurrenciesAsync(context, _markets[0])));
        foreach (var venueMarket in _markets)
        {
            routes.Map(venueMarket.StreamPath.TrimEnd('/'), (RequestDelegate)(context => StreamAsync(context, venueMarket)));
            var root = "/gateio/api/v4/" + (venueMarket.IsSpot ? "spot" : "futures/" + venueMarket.Settle);
            routes.MapGet(root + "/candlesticks", (RequestDelegate)(context => rest.CandlesAsync(context, venueMarket)));
            var listing = root + (venueMarket.IsSpot ? "/currency_pairs" : "/contracts");
            routes.MapGet(listing, (RequestDelegate)(context => rest.ListingsAsync(context, venueMarket)));
            routes.MapGet(listing + "/{name}", (RequestDelegate)(context => rest.ListingAsync(context, venueMarket)));
        }
    }

    /// <inheritdoc/>
    public Task UnknownPathAsync(HttpContext context) => context.WriteJsonAsync(
        StatusCodes.Status404NotFound, """{"label":"NOT_FOUND","message":"The requested URL was not found"}"""u8.ToArray());

    private async Task StreamAsync(HttpContext context, GateIoMarket venueMarket)
    {
        if (world.Sessions.Count >= MaxConnections && world.Violated())
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        await Routes.AcceptStreamAsync(context, world, new GateIoStream(world, venueMarket, GateIoListing.WantsDecimals(context.Request)), Ping, Ping)
            .ConfigureAwait(false);
    }
}
