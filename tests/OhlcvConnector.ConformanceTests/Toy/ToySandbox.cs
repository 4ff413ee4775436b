using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.ConformanceTests.Toy;

/// <summary>The other side of the toy exchange's wire: step 3 of docs/adding-a-venue.md.</summary>
internal sealed class ToySandbox : ISandboxVenue
{
    private const int HistoryRows = 500;
    private const long DayMs = 86_400_000;

    private readonly VenueWorld _world;
    private readonly MarketBooks _books;
    private readonly LimitWindow _requests;

    public ToySandbox(VenueWorld world)
    {
        _world = world;
        _books = world.NewMarket(Coins.First(world.Options.SymbolCount).Select(coin => new Listing
        {
            Market = Domain.Market.Spot,
            Symbol = coin.Name + "-USDT",
            BaseAsset = coin.Name,
            QuoteAsset = "USDT",
            Tick = Coins.Tick(coin.Price),
            Step = Coins.Step(coin.Price),
            BasePrice = coin.Price,
            ListedMs = (world.NowMs / DayMs * DayMs) - (DayMs * 100),
        }));
        _requests = new LimitWindow(100, TimeSpan.FromSeconds(1), world.Clock);
    }

    public static IReadOnlyDictionary<string, Interval> Intervals { get; } = "1m 5m 15m 1h 4h 1d".Split(' ').ToDictionary(text => text, Interval.Parse);

    public string Exchange => _world.Exchange;

    public IReadOnlyList<(Market Market, string StreamPath, string RestPath)> Paths => [(Domain.Market.Spot, "/toy/v1", "/toy")];

    public MarketBooks? Market(Market market) => market == Domain.Market.Spot ? _books : null;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/toy/symbols", (RequestDelegate)SymbolsAsync);
        routes.MapGet("/toy/candles", (RequestDelegate)CandlesAsync);
        routes.Map("/toy/v1", (RequestDelegate)(context => Routes.AcceptStreamAsync(context, _world, new ToyStream(_world, _books))));
    }

    private Task SymbolsAsync(HttpContext context) => AnswerAsync(context, () => Json.Write(json =>
    {
        json.WriteStartArray();
        foreach (var listing in _books.Listings)
        {
            json.WriteStartObject();
            json.WriteString("symbol", listing.Symbol);
            json.WriteString("base", listing.BaseAsset);
            json.WriteString("quote", listing.QuoteAsset);
            json.WriteString("tick", listing.Tick.Fixed(listing.PriceDecimals));
            json.WriteBoolean("trading", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }));

    private Task CandlesAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (_books.Find(query.Text("symbol") ?? "") is not { } listing || !Intervals.TryGetValue(query.Text("interval") ?? "", out var interval)
            || !query.TryNumber("from", out var from) || !query.TryNumber("to", out var to))
        {
            return context.WriteJsonAsync(404, """{"error":"unknown symbol"}"""u8.ToArray());
        }

        return AnswerAsync(context, () => Json.Write(json =>
        {
            var nowMs = _world.NowMs;
            json.WriteStartArray();
            foreach (var candle in _world.Answered(listing, _books.Candles(listing, interval, from ?? 0, (to ?? nowMs) - 1, HistoryRows, newest: false, nowMs)))
            {
                ToyStream.Write(json, listing, interval, candle, candle.CloseMs <= nowMs);
            }

            json.WriteEndArray();
        }));
    }

    private Task AnswerAsync(HttpContext context, Func<byte[]> body)
    {
        _world.Served();
        return _world.IsLimited(_requests.TrySpend(1)) ? context.WriteJsonAsync(429, "{}"u8.ToArray()) : context.WriteJsonAsync(200, body());
    }
}
