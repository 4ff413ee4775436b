using System.Globalization;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Binance;

/// <summary>Binance's REST answers: candles with both bounds inclusive on open time, ascending, the open one last.</summary>
internal sealed class BinanceRest(VenueWorld world, BinanceBook book)
{
    private const int DefaultLimit = 500;

    public async Task PingAsync(HttpContext context)
    {
        if (await TrySpendAsync(context, 1).ConfigureAwait(false))
        {
            await context.WriteJsonAsync(200, "{}"u8.ToArray()).ConfigureAwait(false);
        }
    }

    public async Task TimeAsync(HttpContext context)
    {
        if (await TrySpendAsync(context, 1).ConfigureAwait(false))
        {
            await context.WriteJsonAsync(200, Json.Write(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("serverTime", world.NowMs);
                json.WriteEndObject();
            })).ConfigureAwait(false);
        }
    }

    public async Task ExchangeInfoAsync(HttpContext context)
    {
        if (!await TrySpendAsync(context, book.IsSpot ? 20 : 1).ConfigureAwait(false))
        {
            return;
        }

        var asked = Asked(context.Request.Query);
        if (asked.FirstOrDefault(symbol => book.Books.Find(symbol) is null) is not null)
        {
            await ErrorAsync(context, 400, -1121, "Invalid symbol.").ConfigureAwait(false);
            return;
        }

        var listings = book.Books.Listings.Where(listing => asked.Length == 0 || asked.Contains(listing.Symbol)).ToList();
        await context.WriteJsonAsync(200, Json.Write(json => BinanceListing.Write(json, book, listings, world.NowMs))).ConfigureAwait(false);
    }

    public async Task KlinesAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!query.TryNumber("limit", out var limit) || !query.TryNumber("startTime", out var start) || !query.TryNumber("endTime", out var end))
        {
            await ErrorAsync(context, 400, -1100, "Illegal characters found in a parameter.").ConfigureAwait(false);
            return;
        }

        var most = book.IsSpot ? 1000 : 1500;
        var rows = (int)Math.Clamp(limit ?? DefaultLimit, 1, most);
        if (!await TrySpendAsync(context, book.IsSpot ? 2 : rows switch { < 100 => 1, < 500 => 2, <= 1000 => 5, _ => 10 }).ConfigureAwait(false))
        {
            return;
        }

        if (query["symbol"] is not [{ Length: > 0 } symbol])
        {
            await ErrorAsync(context, 400, -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.").ConfigureAwait(false);
        }
        else if (query["interval"] is not [{ Length: > 0 } spelling])
        {
            await ErrorAsync(context, 400, -1102, "Mandatory parameter 'interval' was not sent, was empty/null, or malformed.").ConfigureAwait(false);
        }
        else if (book.Books.Find(symbol) is not { } listing)
        {
            await ErrorAsync(context, 400, -1121, "Invalid symbol.").ConfigureAwait(false);
        }
        else if (!book.Intervals.TryGetValue(spelling, out var interval))
        {
            await ErrorAsync(context, 400, -1120, "Invalid interval.").ConfigureAwait(false);
        }
        else
        {
            var candles = Candles(listing, interval, start, end, rows);
            await context.WriteJsonAsync(200, Rows(listing, candles)).ConfigureAwait(false);
        }
    }

    private static string[] Asked(IQueryCollection query) =>
        query["symbol"] is [{ Length: > 0 } one] ? [one]
        : query["symbols"] is [{ Length: > 0 } many] ? many.Trim('[', ']').Split(',').Select(symbol => symbol.Trim('"', ' ')).ToArray()
        : [];

    private static Task ErrorAsync(HttpContext context, int status, int code, string text) => context.WriteJsonAsync(status, Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("code", code);
        json.WriteString("msg", text);
        json.WriteEndObject();
    }));

    /// <summary>From the start on when there is one, else the newest up to the end.</summary>
    private List<CandleState> Candles(Listing listing, Interval interval, long? start, long? end, int rows) =>
        world.Answered(book.Books.Candles(listing, interval, start ?? 0, end ?? long.MaxValue, rows, newest: start is null, world.NowMs));

    private byte[] Rows(Listing listing, List<CandleState> candles) => Json.Write(json =>
    {
        json.WriteStartArray();
        foreach (var candle in candles)
        {
            var columns = new BinanceColumns(book, listing, candle);
            json.WriteStartArray();
            json.WriteNumberValue(candle.OpenMs);
            json.WriteStringValue(columns.Price(candle.Open));
            json.WriteStringValue(columns.Price(candle.High));
            json.WriteStringValue(columns.Price(candle.Low));
            json.WriteStringValue(columns.Price(candle.Close));
            json.WriteStringValue(columns.Volume);
            json.WriteNumberValue(candle.CloseMs - 1);
            json.WriteStringValue(columns.QuoteVolume);
            json.WriteNumberValue(candle.Count);
            json.WriteStringValue(columns.TakerVolume);
            json.WriteStringValue(columns.TakerQuoteVolume);
            json.WriteStringValue("0");
            json.WriteEndArray();
        }

        json.WriteEndArray();
    });

    private async Task<bool> TrySpendAsync(HttpContext context, int weight)
    {
        world.Served();
        var isWithin = book.Weight.TrySpend(weight);
        context.Response.Headers["X-MBX-USED-WEIGHT-1M"] = book.Weight.Used.ToString(CultureInfo.InvariantCulture);
        if (!world.IsLimited(isWithin))
        {
            return true;
        }

        context.Response.Headers.RetryAfter = Math.Ceiling(book.Weight.Wait().TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await ErrorAsync(context, 429, -1003, "Too many requests; current limit is exceeded. Please use WebSocket Streams for live updates to avoid polling the API.").ConfigureAwait(false);
        return false;
    }
}
