using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Bybit;

/// <summary>Bybit v5: a stream a category, one REST address.</summary>
internal sealed class BybitSandbox(VenueWorld world) : ISandboxVenue
{
    private static readonly (TimeSpan After, int Code, string Reason) Silent = (TimeSpan.FromMinutes(10), 1000, "");

    private readonly BybitMarket[] _markets = [new(world, Domain.Market.Spot), new(world, Domain.Market.UsdMargined), new(world, Domain.Market.CoinMargined)];

    /// <inheritdoc/>
    public string Exchange => world.Exchange;

    /// <inheritdoc/>
    public IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths =>
        [.. _markets.Select(venueMarket => (venueMarket.Market, "/bybit/v5/public/" + venueMarket.Category, "/bybit"))];

    /// <inheritdoc/>
    public MarketBooks? Market(Market market) => Array.Find(_markets, one => one.Market == market)?.Simulated;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        var rest = new BybitRest(world, _markets);
        routes.MapGet("/bybit/v5/market/time", (RequestDelegate)rest.TimeAsync);
        routes.MapGet("/bybit/v5/market/kline", (RequestDelegate)rest.KlinesAsync);
        routes.MapGet("/bybit/v5/market/instruments-info", (RequestDelegate)rest.InstrumentsAsync);
        foreach (var venueMarket in _markets)
        {
            routes.Map("/bybit/v5/public/" + venueMarket.Category, (RequestDelegate)(context => StreamAsync(context, venueMarket)));
        }
    }

    private async Task StreamAsync(HttpContext context, BybitMarket venueMarket)
    {
        if (!venueMarket.Attempts.TrySpend(1) && world.Violated())
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await Routes.AcceptStreamAsync(context, world, new BybitStream(world, venueMarket), hangUp: Silent).ConfigureAwait(false);
    }
}
