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
    private readonly BinanceBook[] _books;

    /// <summary>Creates the venue.</summary>
    public BinanceSandbox(VenueWorld world)
    {
        _world = world;
        var spot = new LimitWindow(6000, TimeSpan.FromMinutes(1), world.Clock);
        var futures = new LimitWindow(2400, TimeSpan.FromMinutes(1), world.Clock);
        _books = [new(world, Domain.Market.Spot, spot), new(world, Domain.Market.UsdMargined, futures), new(world, Domain.Market.CoinMargined, futures)];
    }

    /// <inheritdoc/>
    public string Exchange => _world.Exchange;

    /// <inheritdoc/>
    public IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths =>
        [.. _books.Select(book => (book.Market, book.Prefix + book.StreamRoot + "/ws", book.Prefix))];

    /// <inheritdoc/>
    public SimulatedMarket? Market(Market market) => Array.Find(_books, book => book.Market == market)?.Books;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var book in _books)
        {
            var rest = new BinanceRest(_world, book);
            routes.MapGet(book.Prefix + book.RestRoot + "/ping", (RequestDelegate)rest.PingAsync);
            routes.MapGet(book.Prefix + book.RestRoot + "/time", (RequestDelegate)rest.TimeAsync);
            routes.MapGet(book.Prefix + book.RestRoot + "/klines", (RequestDelegate)rest.KlinesAsync);
            routes.MapGet(book.Prefix + book.RestRoot + "/exchangeInfo", (RequestDelegate)rest.ExchangeInfoAsync);
            foreach (var root in (string[])[book.StreamRoot, .. book.OtherStreamRoots])
            {
                MapStream(routes, book, book.Prefix + root, hasCandles: root == book.StreamRoot);
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

    private void MapStream(IEndpointRouteBuilder routes, BinanceBook book, string path, bool hasCandles)
    {
        routes.Map(path + "/ws", (RequestDelegate)(context => StreamAsync(context, book, isCombined: false, [], hasCandles)));
        routes.Map(path + "/ws/{**names}", (RequestDelegate)(context => StreamAsync(context, book, isCombined: false, Names((string?)context.Request.RouteValues["names"]), hasCandles)));
        routes.Map(path + "/stream", (RequestDelegate)(context => StreamAsync(context, book, isCombined: true, Names(context.Request.Query["streams"]), hasCandles)));
    }

    private static string[] Names(string? text) => text?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private async Task StreamAsync(HttpContext context, BinanceBook book, bool isCombined, string[] names, bool hasCandles)
    {
        if (!book.Attempts.TrySpend(1) && _world.Violated())
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        var isMicro = book.IsSpot && BinanceBook.IsMicro(context.Request.Query.Text("timeUnit"));
        var dialect = new BinanceStream(_world, book, isCombined) { HasCandles = hasCandles, TimeUnit = isMicro ? 1000 : 1 };
        await Routes.AcceptStreamAsync(
            context, _world, dialect, book.IsSpot ? SpotPing : FuturesPing, book.IsSpot ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(10),
            session => dialect.SubscribeAsync(session, names)).ConfigureAwait(false);
    }
}
