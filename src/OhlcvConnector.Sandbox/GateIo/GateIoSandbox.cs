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
    private const int MostConnections = 300;
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(30);

    private readonly GateIoBook[] _books = [new(world, Domain.Market.Spot), new(world, Domain.Market.UsdMargined), new(world, Domain.Market.CoinMargined)];

    /// <inheritdoc/>
    public string Exchange => world.Exchange;

    /// <inheritdoc/>
    public IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths => [.. _books.Select(book => (book.Market, book.StreamPath, "/gateio"))];

    /// <inheritdoc/>
    public SimulatedMarket? Market(Market market) => Array.Find(_books, book => book.Market == market)?.Books;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        var rest = new GateIoRest(world);
        foreach (var empty in (string[])["margin/currency_pairs", "delivery/usdt/contracts", "delivery/btc/contracts", "options/underlyings"])
        {
            routes.MapGet("/gateio/api/v4/" + empty, (RequestDelegate)rest.EmptyListAsync);
        }

        routes.MapGet("/gateio/api/v4/spot/time", (RequestDelegate)rest.TimeAsync);
        routes.MapGet("/gateio/api/v4/spot/currencies", (RequestDelegate)(context => rest.CurrenciesAsync(context, _books[0])));
        foreach (var book in _books)
        {
            routes.Map(book.StreamPath.TrimEnd('/'), (RequestDelegate)(context => StreamAsync(context, book)));
            var root = "/gateio/api/v4/" + (book.IsSpot ? "spot" : "futures/" + book.Settle);
            routes.MapGet(root + "/candlesticks", (RequestDelegate)(context => rest.CandlesAsync(context, book)));
            var listing = root + (book.IsSpot ? "/currency_pairs" : "/contracts");
            routes.MapGet(listing, (RequestDelegate)(context => rest.ListingsAsync(context, book)));
            routes.MapGet(listing + "/{name}", (RequestDelegate)(context => rest.ListingAsync(context, book)));
        }
    }

    /// <inheritdoc/>
    public Task UnknownPathAsync(HttpContext context) => context.WriteJsonAsync(
        StatusCodes.Status404NotFound, """{"label":"NOT_FOUND","message":"The requested URL was not found"}"""u8.ToArray());

    private async Task StreamAsync(HttpContext context, GateIoBook book)
    {
        if (world.Sessions.Count >= MostConnections && world.Violated())
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        await Routes.AcceptStreamAsync(context, world, new GateIoStream(world, book, GateIoListing.WantsDecimals(context.Request)), Ping, Ping).ConfigureAwait(false);
    }
}
