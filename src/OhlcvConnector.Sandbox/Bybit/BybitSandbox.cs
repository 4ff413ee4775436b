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

    private readonly BybitBook[] _books = [new(world, Domain.Market.Spot), new(world, Domain.Market.UsdMargined), new(world, Domain.Market.CoinMargined)];

    /// <inheritdoc/>
    public string Exchange => world.Exchange;

    /// <inheritdoc/>
    public IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths =>
        [.. _books.Select(book => (book.Market, "/bybit/v5/public/" + book.Category, "/bybit"))];

    /// <inheritdoc/>
    public SimulatedMarket? Market(Market market) => Array.Find(_books, book => book.Market == market)?.Books;

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes)
    {
        var rest = new BybitRest(world, _books);
        routes.MapGet("/bybit/v5/market/time", (RequestDelegate)rest.TimeAsync);
        routes.MapGet("/bybit/v5/market/kline", (RequestDelegate)rest.KlinesAsync);
        routes.MapGet("/bybit/v5/market/instruments-info", (RequestDelegate)rest.InstrumentsAsync);
        foreach (var book in _books)
        {
            routes.Map("/bybit/v5/public/" + book.Category, (RequestDelegate)(context => StreamAsync(context, book)));
        }
    }

    private async Task StreamAsync(HttpContext context, BybitBook book)
    {
        if (!book.Attempts.TrySpend(1) && world.Violated())
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await Routes.AcceptStreamAsync(context, world, new BybitStream(world, book), hangUp: Silent).ConfigureAwait(false);
    }
}
