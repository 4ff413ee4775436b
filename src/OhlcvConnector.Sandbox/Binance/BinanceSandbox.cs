using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Binance;

/// <summary>Binance: three markets, each under its own prefix as they are on hosts of their own.</summary>
internal sealed class BinanceSandbox : ISandboxVenue
{
    private static readonly TimeSpan SpotPing = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FuturesPing = TimeSpan.FromMinutes(3);

    private readonly VenueWorld _world;
    private readonly BinanceMarket[] _markets;

    /// <summary>Creates the venue.</summary>
    public BinanceSandbox(VenueWorld world)
    {
        _world = world;
        var spot = new LimitWindow(6000, TimeSpan.FromMinutes(1), world.Clock);
        var futures = new LimitWindow(2400, TimeSpan.FromMinutes(1), world.Clock);
        _markets = [new(world, Domain.Market.Spot, spot), new(world, Domain.Market.UsdMargined, futures), new(world, Domain.Market.CoinMargined, futures)];
    }

    /// <inheritdoc/>
    public string Exchange => _world.Exchange;

    /// <inheritdoc/>
    public IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths =>
        [.. _markets.Select(venueMarket => (venueMarket.Market, venueMarket.Prefix + venueMarket.StreamRoot + "/ws", venueMarket.Prefix))];

    /// <inheritdoc/>
    public MarketBooks? Market(Market market) => Array.Find(_markets, one => one.Market == market)?.Simulated;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var venueMarket in _markets)
        {
            var rest = new BinanceRest(_world, venueMarket);
            routes.MapGet(venueMarket.Prefix + venueMarket.RestRoot + "/ping", (RequestDelegate)rest.PingAsync);
            routes.MapGet(venueMarket.Prefix + venueMarket.RestRoot + "/time", (RequestDelegate)rest.TimeAsync);
            routes.MapGet(venueMarket.Prefix + venueMarket.RestRoot + "/klines", (RequestDelegate)rest.KlinesAsync);
            routes.MapGet(venueMarket.Prefix + venueMarket.RestRoot + "/exchangeInfo", (RequestDelegate)rest.ExchangeInfoAsync);
            foreach (var root in (string[])[venueMarket.StreamRoot, .. venueMarket.OtherStreamRoots])
            {
                MapStream(routes, venueMarket, venueMarket.Prefix + root, hasCandles: root == venueMarket.StreamRoot);
            }
        }
    }

    /// <inheritdoc/>
    public Task UnknownPathAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/binance/spot", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html><body><h2>404 Not found</h2></body></html>");
        }

        var path = context.Request.Path.Value!.Split('/', 4) is [_, _, _, var rest] ? "/" + rest : "/";
        return context.WriteJsonAsync(StatusCodes.Status404NotFound, Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("code", -5000);
            json.WriteString("msg", $"Path {path}, Method {context.Request.Method} is invalid");
            json.WriteEndObject();
        }));
    }

    private void MapStream(IEndpointRouteBuilder routes, BinanceMarket venueMarket, string path, bool hasCandles)
    {
        routes.Map(path + "/ws", (RequestDelegate)(context => StreamAsync(context, venueMarket, isCombined: false, [], hasCandles)));
        routes.Map(
            path + "/ws/{**names}",
            (RequestDelegate)(
                context => StreamAsync(context, venueMarket, isCombined: false, Names((string?)context.Request.RouteValues["names"]), hasCandles)));
        routes.Map(
            path + "/stream",
            (RequestDelegate)(context => StreamAsync(context, venueMarket, isCombined: true, Names(context.Request.Query["streams"]), hasCandles)));
    }

    private static string[] Names(string? text) => text?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private async Task StreamAsync(HttpContext context, BinanceMarket venueMarket, bool isCombined, string[] names, bool hasCandles)
    {
        if (!venueMarket.Attempts.TrySpend(1) && _world.Violated())
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        var isMicro = venueMarket.IsSpot && BinanceMarket.IsMicro(context.Request.Query.Text("timeUnit"));
        var dialect = new BinanceStream(_world, venueMarket, isCombined) { HasCandles = hasCandles, TimeUnit = isMicro ? 1000 : 1 };
        await Routes.AcceptStreamAsync(
            context, _world, dialect, venueMarket.IsSpot ? SpotPing : FuturesPing, venueMarket.IsSpot ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(10),
            session => dialect.SubscribeAsync(session, names)).ConfigureAwait(false);
    }
}
