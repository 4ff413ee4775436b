using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Bybit;

/// <summary>Bybit's REST answers: newest first, both bounds inclusive; errors come with HTTP 200 and a retCode.</summary>
internal sealed class BybitRest(VenueWorld world, BybitMarket[] markets)
{
    /// <summary>
    /// Largest number of contracts in a page of the listing: the venue gives a thousand; here it is as few, so that contracts need a second page.
    /// </summary>
    private const int MaxListing = 16;

    private readonly LimitWindow _requests = new(600, TimeSpan.FromSeconds(5), world.Clock);

    public async Task TimeAsync(HttpContext context)
    {
        if (await TrySpendAsync(context).ConfigureAwait(false))
        {
            await AnswerAsync(context, 0, "OK", json =>
            {
                json.WriteString("timeSecond", (world.NowMs / 1000).ToString(CultureInfo.InvariantCulture));
                json.WriteString("timeNano", (world.NowMs * 1_000_000).ToString(CultureInfo.InvariantCulture));
            }).ConfigureAwait(false);
        }
    }

    public async Task KlinesAsync(HttpContext context)
    {
        if (!await TrySpendAsync(context).ConfigureAwait(false))
        {
            return;
        }

        var query = context.Request.Query;
        if (!query.TryNumber("start", out var start) || !query.TryNumber("end", out var end) || !query.TryNumber("limit", out var limit))
        {
            await ErrorAsync(context, "Request parameter error.").ConfigureAwait(false);
        }
        else if (MarketOf(query.Text("category") ?? "linear") is not { } venueMarket)
        {
            await ErrorAsync(context, "Category is invalid").ConfigureAwait(false);
        }
        else if (query.Text("symbol") is not { } symbol || venueMarket.Simulated.Find(symbol) is not { } listing)
        {
            await ErrorAsync(context, "Not supported symbols").ConfigureAwait(false);
        }
        else if (query.Text("interval") is not { } spelling || !BybitMarket.Intervals.TryGetValue(spelling, out var interval))
        {
            await ErrorAsync(context, "Invalid period!").ConfigureAwait(false);
        }
        else
        {
            var isFromStart = start is not null && end is null;
            var fromMs = start is { } within ? interval.FloorMs(within) : 0; // the candle that contains it comes, too
            var candles = world.Answered(
                listing,
                venueMarket.Simulated.Candles(
                    world.AsListed(listing),
                    interval,
                    fromMs,
                    end ?? long.MaxValue,
                    world.PageSize((int)Math.Clamp(limit ?? 200, 1, 1000)),
                    newest: !isFromStart,
                    world.NowMs));
            candles.Reverse();
            await AnswerAsync(context, 0, "OK", json => WriteRows(json, venueMarket, listing, candles)).ConfigureAwait(false);
        }
    }

    public async Task InstrumentsAsync(HttpContext context)
    {
        if (!await TrySpendAsync(context).ConfigureAwait(false))
        {
            return;
        }

        var query = context.Request.Query;
        if (query.Text("category") == "option")
        {
            await AnswerAsync(context, 0, "OK", WriteNoOptions).ConfigureAwait(false);
            return;
        }

        if (MarketOf(query.Text("category") ?? "") is not { } venueMarket)
        {
            await ErrorAsync(context, "Category is invalid").ConfigureAwait(false);
            return;
        }

        query.TryNumber("limit", out var limit);
        _ = int.TryParse(query.Text("cursor"), NumberStyles.None, CultureInfo.InvariantCulture, out var from);
        var size = (int)Math.Clamp(limit ?? 500, 1, MaxListing);
        var status = query.Text("status") ?? "Trading"; // what does not trade is listed for those who ask for it
        var all = venueMarket.Simulated.Listings.Select(world.AsListed)
            .Where(
                listing => BybitListing.Status(listing) == status
                    && (query.Text("symbol") is not { } symbol || listing.Symbol == symbol)
                    && (query.Text("baseCoin") is not { } coin || listing.BaseAsset == coin))
            .ToList();
        var page = venueMarket.Category == "spot" ? all : [.. all.Skip(from).Take(size)]; // spot comes whole
        await AnswerAsync(context, 0, "OK", json =>
        {
            json.WriteString("category", venueMarket.Category);
            json.WriteStartArray("list");
            page.ForEach(listing => BybitListing.Write(json, venueMarket, listing));
            json.WriteEndArray();
            if (venueMarket.Category != "spot")
            {
                json.WriteString(
                    "nextPageCursor", page.Count > 0 ? (from + page.Count).ToString(CultureInfo.InvariantCulture) : ""); // the last page has one, too
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Writes an empty list of options: the category is known, and the sandbox has nothing in it.</summary>
    private static void WriteNoOptions(Utf8JsonWriter json)
    {
        json.WriteString("category", "option");
        json.WriteString("nextPageCursor", "");
        json.WriteStartArray("list");
        json.WriteEndArray();
    }

    private static void WriteRows(Utf8JsonWriter json, BybitMarket venueMarket, Listing listing, List<CandleState> candles)
    {
        json.WriteString("category", venueMarket.Category);
        json.WriteString("symbol", listing.Symbol);
        json.WriteStartArray("list");
        foreach (var candle in candles)
        {
            var columns = new BybitColumns(venueMarket, candle);
            json.WriteStartArray();
            json.WriteStringValue(candle.OpenMs.ToString(CultureInfo.InvariantCulture));
            json.WriteStringValue(BybitColumns.Plain(candle.Open));
            json.WriteStringValue(BybitColumns.Plain(candle.High));
            json.WriteStringValue(BybitColumns.Plain(candle.Low));
            json.WriteStringValue(candle.IsUnreadable ? null : BybitColumns.Plain(candle.Close));
            json.WriteStringValue(columns.Volume);
            json.WriteStringValue(columns.Turnover);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private BybitMarket? MarketOf(string category) => Array.Find(markets, venueMarket => venueMarket.Category == category);

    private Task ErrorAsync(HttpContext context, string text) => AnswerAsync(context, 10001, text, _ => { });

    private Task AnswerAsync(HttpContext context, int code, string text, Action<Utf8JsonWriter> result) => context.WriteJsonAsync(200, Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("retCode", code);
        json.WriteString("retMsg", text);
        json.WriteStartObject("result");
        result(json);
        json.WriteEndObject();
        json.WriteStartObject("retExtInfo");
        json.WriteEndObject();
        json.WriteNumber("time", world.NowMs);
        json.WriteEndObject();
    }));

    private async Task<bool> TrySpendAsync(HttpContext context)
    {
        world.Served();
        if (!world.IsLimited(_requests.TrySpend(1)))
        {
            return true;
        }

        context.Response.Headers["X-Bapi-Limit-Reset-Timestamp"] = (world.NowMs + (long)_requests.Wait().TotalMilliseconds)
            .ToString(CultureInfo.InvariantCulture);
        await AnswerAsync(context, 10006, "Too many visits!", _ => { }).ConfigureAwait(false);
        return false;
    }
}
