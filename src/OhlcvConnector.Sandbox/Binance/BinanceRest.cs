using System.Globalization;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Binance;

/// <summary>
/// Binance's REST answers: candles with both bounds inclusive on open time, ascending, the open one last. Parameters that it does not know are an error.
/// </summary>
internal sealed class BinanceRest(VenueWorld world, BinanceMarket venueMarket)
{
    private const int DefaultLimit = 500;
    private const long MaxRangeMs = 200L * 86_400_000; // COIN-M's
    private static readonly string[] FuturesKlines = ["symbol", "interval", "startTime", "endTime", "limit"];
    private static readonly string[] SpotKlines = [.. FuturesKlines, "timeZone", "timeUnit"];
    private static readonly string[] SpotListing = ["symbol", "symbols", "permissions", "showPermissionSets", "symbolStatus"];

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
        if (!await TrySpendAsync(context, venueMarket.IsSpot ? 20 : 1).ConfigureAwait(false))
        {
            return;
        }

        if (venueMarket.IsSpot && await HasUnreadAsync(context, SpotListing).ConfigureAwait(false))
        {
            return;
        }

        var asked = Asked(context.Request.Query);
        if (asked.FirstOrDefault(symbol => venueMarket.Simulated.Find(symbol) is null) is not null)
        {
            await ErrorAsync(context, 400, -1121, "Invalid symbol.").ConfigureAwait(false);
            return;
        }

        var status = venueMarket.IsSpot ? context.Request.Query.Text("symbolStatus") : null;
        var listings = venueMarket.Simulated.Listings.Select(world.AsListed)
            .Where(
                listing => (asked.Length == 0 || asked.Contains(listing.Symbol)) && (status is null || BinanceListing.Status(venueMarket, listing) == status))
            .ToList();
        await context.WriteJsonAsync(200, Json.Write(json => BinanceListing.Write(json, venueMarket, listings, world.NowMs))).ConfigureAwait(false);
    }

    public async Task KlinesAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!query.TryNumber("limit", out var limit) || !query.TryNumber("startTime", out var start) || !query.TryNumber("endTime", out var end))
        {
            await ErrorAsync(context, 400, -1100, "Illegal characters found in a parameter.").ConfigureAwait(false);
            return;
        }

        if (limit is < 1)
        {
            await ErrorAsync(context, 400, -1130, "Data sent for parameter 'limit' is not valid.").ConfigureAwait(false);
            return;
        }

        var most = venueMarket.IsSpot ? 1000 : 1500;
        var rows = (int)Math.Clamp(limit ?? DefaultLimit, 1, most);
        if (!await TrySpendAsync(context, venueMarket.IsSpot ? 2 : rows switch { < 100 => 1, < 500 => 2, <= 1000 => 5, _ => 10 }).ConfigureAwait(false))
        {
            return;
        }

        if (await HasUnreadAsync(context, venueMarket.IsSpot ? SpotKlines : FuturesKlines).ConfigureAwait(false))
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
        else if (venueMarket.Simulated.Find(symbol) is not { } listing)
        {
            await ErrorAsync(context, 400, -1121, "Invalid symbol.").ConfigureAwait(false);
        }
        else if (!venueMarket.Intervals.TryGetValue(spelling, out var interval))
        {
            await ErrorAsync(context, 400, -1120, "Invalid interval.").ConfigureAwait(false);
        }
        else if (!BinanceMarket.TryTimeZone(query.Text("timeZone"), out var shiftMs))
        {
            await ErrorAsync(context, 400, -1100, "Illegal characters found in parameter 'timeZone'.").ConfigureAwait(false);
        }
        else if (!venueMarket.IsSpot && start > end)
        {
            await ErrorAsync(context, 400, -1023, "Start time is greater than end time.").ConfigureAwait(false);
        }
        else
        {
            if (venueMarket.IsInverse)
            {
                end ??= start is { } from ? Math.Min(from + MaxRangeMs, world.NowMs) : world.NowMs;
                start ??= end - MaxRangeMs;
            }

            if (venueMarket.IsInverse && end - start > MaxRangeMs)
            {
                await ErrorAsync(context, 400, -4088, "Maximum time interval is 200 days.").ConfigureAwait(false);
                return;
            }

            var isMicro = venueMarket.IsSpot && BinanceMarket.IsMicro(query.Text("timeUnit") ?? context.Request.Headers["X-MBX-TIME-UNIT"]);
            await context.WriteJsonAsync(200, Rows(listing, Candles(listing, interval, start, end, rows, shiftMs), isMicro)).ConfigureAwait(false);
        }
    }

    /// <summary>Returns true when a parameter came that nobody reads, after refusing the request for it.</summary>
    private static async Task<bool> HasUnreadAsync(HttpContext context, string[] known)
    {
        var sent = context.Request.Query.Keys;
        var read = sent.Count(known.Contains);
        if (read == sent.Count)
        {
            return false;
        }

        await ErrorAsync(context, 400, -1104, $"Not all sent parameters were read; read '{read}' parameter(s) but was sent '{sent.Count}'.")
            .ConfigureAwait(false);
        return true;
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

    /// <summary>
    /// Returns the candles of a range: from the start on when there is one, else the newest up to the end; COIN-M gives the newest of a range always.
    /// </summary>
    private List<CandleState> Candles(Listing listing, Interval interval, long? start, long? end, int rows, long shiftMs) =>
        world.Answered(
            listing,
            venueMarket.Simulated.Candles(
                world.AsListed(listing),
                interval,
                start ?? 0,
                end ?? long.MaxValue,
                world.PageSize(rows),
                newest: start is null || venueMarket.IsInverse,
                world.NowMs,
                shiftMs));

    private byte[] Rows(Listing listing, List<CandleState> candles, bool isMicro) => Json.Write(json =>
    {
        json.WriteStartArray();
        foreach (var candle in candles)
        {
            var columns = new BinanceColumns(venueMarket, listing, candle);
            json.WriteStartArray();
            json.WriteNumberValue(isMicro ? candle.OpenMs * 1000 : candle.OpenMs);
            json.WriteStringValue(columns.Price(candle.Open));
            json.WriteStringValue(columns.Price(candle.High));
            json.WriteStringValue(columns.Price(candle.Low));
            json.WriteStringValue(candle.IsUnreadable ? null : columns.Price(candle.Close));
            json.WriteStringValue(columns.Volume);
            json.WriteNumberValue((isMicro ? candle.CloseMs * 1000 : candle.CloseMs) - 1);
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
        var isWithin = venueMarket.Weight.TrySpend(weight);
        context.Response.Headers["X-MBX-USED-WEIGHT-1M"] = venueMarket.Weight.Used.ToString(CultureInfo.InvariantCulture);
        if (!world.IsLimited(isWithin))
        {
            return true;
        }

        context.Response.Headers.RetryAfter = Math.Ceiling(venueMarket.Weight.Wait().TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await ErrorAsync(
            context, 429, -1003, "Too many requests; current limit is exceeded. Please use WebSocket Streams for live updates to avoid polling the API.")
            .ConfigureAwait(false);
        return false;
    }
}
