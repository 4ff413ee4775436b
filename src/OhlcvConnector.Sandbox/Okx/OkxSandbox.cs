using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Okx;

/// <summary>OKX: one address for all its markets.</summary>
internal sealed class OkxSandbox(VenueWorld world) : ISandboxVenue
{
    private static readonly (TimeSpan After, int Code, string Reason) Silent = (TimeSpan.FromSeconds(30), 4004, "No data received in 30s.");

    private readonly OkxMarkets _markets = new(world);
    private readonly LimitWindow _connects = new(3, TimeSpan.FromSeconds(1), world.Clock);

    /// <inheritdoc/>
    public string Exchange => world.Exchange;

    /// <inheritdoc/>
    public IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths =>
        [.. ((Market[])[Domain.Market.Spot, Domain.Market.UsdMargined, Domain.Market.CoinMargined]).Select(market => (market, "/okx/ws/v5/business", "/okx"))];

    /// <inheritdoc/>
    public MarketBooks? Market(Market market) => market switch
    {
        Domain.Market.Spot => _markets.Spot,
        Domain.Market.UsdMargined => _markets.Linear,
        _ => _markets.Inverse,
    };

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        var rest = new OkxRest(world, _markets);
        routes.MapGet("/okx/api/v5/public/time", (RequestDelegate)rest.TimeAsync);
        routes.MapGet("/okx/api/v5/public/instruments", (RequestDelegate)rest.InstrumentsAsync);
        routes.MapGet("/okx/api/v5/market/candles", (RequestDelegate)rest.CandlesAsync);
        routes.MapGet("/okx/api/v5/market/history-candles", (RequestDelegate)rest.HistoryCandlesAsync);
        routes.MapGet("/okx/api/v5/system/status", (RequestDelegate)OkxRest.StatusAsync);
        routes.Map("/okx/ws/v5/business", (RequestDelegate)(context => StreamAsync(context, isBusiness: true)));
        routes.Map("/okx/ws/v5/public", (RequestDelegate)(context => StreamAsync(context, isBusiness: false)));
    }

    /// <inheritdoc/>
    public Task UnknownPathAsync(HttpContext context) => context.WriteJsonAsync(
        StatusCodes.Status404NotFound,
        """{"code":"404","data":{},"detailMsg":"","error_code":"404","error_message":"Not Found","msg":"Not Found"}"""u8.ToArray());

    private async Task StreamAsync(HttpContext context, bool isBusiness)
    {
        if (!_connects.TrySpend(1) && world.Violated())
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        await Routes.AcceptStreamAsync(context, world, new OkxStream(world, _markets, isBusiness), hangUp: Silent).ConfigureAwait(false);
    }
}
