using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Hyperliquid;

/// <summary>Hyperliquid: one address for perpetuals and spot; everything that REST is asked stands in the body.</summary>
internal sealed class HyperliquidSandbox(VenueWorld world) : ISandboxVenue
{
    private const int MaxConnections = 10;
    private static readonly (TimeSpan After, int Code, string Reason) Silent = (TimeSpan.FromSeconds(60), 1000, "Inactive");

    private readonly HyperliquidMarkets _markets = new(world);
    private readonly LimitWindow _connects = new(30, TimeSpan.FromMinutes(1), world.Clock);
    private readonly LimitWindow _messages = new(2_000, TimeSpan.FromMinutes(1), world.Clock);

    /// <inheritdoc/>
    public string Exchange => world.Exchange;

    /// <inheritdoc/>
    public IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths =>
        [(Domain.Market.UsdMargined, "/hyperliquid/ws", "/hyperliquid"), (Domain.Market.Spot, "/hyperliquid/ws", "/hyperliquid")];

    /// <inheritdoc/>
    public MarketBooks? Market(Market market) => market switch
    {
        Domain.Market.UsdMargined => _markets.Perpetuals,
        Domain.Market.Spot => _markets.Spot,
        _ => null,
    };

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/hyperliquid/info", (RequestDelegate)new HyperliquidRest(world, _markets).InfoAsync);
        routes.Map("/hyperliquid/ws", (RequestDelegate)StreamAsync);
    }

    private async Task StreamAsync(HttpContext context)
    {
        if ((!_connects.TrySpend(1) || world.Sessions.Count >= MaxConnections) && world.Violated())
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        await Routes.AcceptStreamAsync(
            context, world, new HyperliquidStream(world, _markets, _messages), opened: Greet, hangUp: Silent).ConfigureAwait(false);
    }

    private static Task Greet(StreamSession session) => session.SendAsync("Websocket connection established."u8.ToArray());
}
