using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.GateIo;

/// <summary>Gate.io's REST answers: seconds, both bounds inclusive, ascending, the open candle last; an endpoint's requests are counted apart.</summary>
internal sealed class GateIoRest(VenueWorld world)
{
    private const int MaxSpotRows = 1000;
    private const int MaxFuturesRows = 2000;
    private const int Reach = 10_000;
    private const long EasternMs = 8 * 3_600_000;

    private readonly LimitWindow _candles = new(200, TimeSpan.FromSeconds(10), world.Clock);
    private readonly LimitWindow _listings = new(200, TimeSpan.FromSeconds(10), world.Clock);

    public async Task CandlesAsync(HttpContext context, GateIoMarket venueMarket)
    {
        if (!await TrySpendAsync(context, _candles).ConfigureAwait(false))
        {
            return;
        }

        var query = context.Request.Query;
        if (query.Text(venueMarket.IsSpot ? "currency_pair" : "contract") is not { } name || venueMarket.Simulated.Find(name) is not { } listing)
        {
            await UnknownAsync(context, venueMarket).ConfigureAwait(false);
        }
        else if (venueMarket.Rest(query.Text("interval") ?? (venueMarket.IsSpot ? "30m" : "5m")) is not { } interval)
        {
            await ErrorAsync(context, 400, "INVALID_PARAM_VALUE", "Invalid interval").ConfigureAwait(false);
        }
        else if (!query.TryNumber("from", out var from) || !query.TryNumber("to", out var to) || !query.TryNumber("limit", out var limit))
        {
            await ErrorAsync(context, 400, "INVALID_PARAM_VALUE", "Invalid request parameter `from` value").ConfigureAwait(false);
        }
        else if (limit is not null && (from is not null || to is not null))
        {
            await ErrorAsync(context, 400, "INVALID_PARAM_VALUE", "limit conflicts with from and to").ConfigureAwait(false);
        }
        else if (query.Text("timezone") is not (null or "all" or "utc0" or "utc8"))
        {
            await ErrorAsync(context, 400, "INVALID_PARAM_VALUE", "Invalid request parameter `timezone` value").ConfigureAwait(false);
        }
        else
        {
            var shiftMs = query.Text("timezone") == "utc8" ? EasternMs : 0;
            var nowMs = world.NowMs;
            var most = venueMarket.IsSpot ? MaxSpotRows : MaxFuturesRows;
            var toMs = Math.Min((to ?? (nowMs / 1000)) * 1000, nowMs);
            var lastMs = interval.FloorMs(toMs + shiftMs) - shiftMs;
            var fromMs = from is { } start ? start * 1000 : interval.AddMs(lastMs + shiftMs, 1 - (int)Math.Clamp(limit ?? 100, 1, most)) - shiftMs;
            if (interval.CountBetween(fromMs, lastMs + 1) > most) // a point is an open time within the range, both bounds included
            {
                await ErrorAsync(context, 400, "INVALID_PARAM_VALUE", "Too many candlesticks are requested").ConfigureAwait(false);
            }
            else if (interval.CountBetween(fromMs, nowMs) > Reach)
            {
                await ErrorAsync(context, 400, "INVALID_PARAM_VALUE", "Candlestick too long ago. Maximum 10000 points recently are allowed")
                    .ConfigureAwait(false);
            }
            else
            {
                var candles = world.Answered(
                    listing,
                    venueMarket.Simulated.Candles(world.AsListed(listing), interval, fromMs, toMs, world.PageSize(most), newest: false, nowMs, shiftMs));
                await context.WriteJsonAsync(200, Rows(venueMarket, listing, candles, nowMs, GateIoListing.WantsDecimals(context.Request)))
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>Answers with an empty list: nothing is lent here, delivered or optional; clients ask for these lists beside the others.</summary>
    public async Task EmptyListAsync(HttpContext context)
    {
        if (await TrySpendAsync(context, _listings).ConfigureAwait(false))
        {
            await context.WriteJsonAsync(200, "[]"u8.ToArray()).ConfigureAwait(false);
        }
    }

    /// <summary>Answers with the venue's time.</summary>
    public async Task TimeAsync(HttpContext context)
    {
        if (await TrySpendAsync(context, _listings).ConfigureAwait(false))
        {
            await context.WriteJsonAsync(200, Json.Write(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("server_time", world.NowMs);
                json.WriteEndObject();
            })).ConfigureAwait(false);
        }
    }

    /// <summary>Answers with the coins that are traded on spot.</summary>
    public async Task CurrenciesAsync(HttpContext context, GateIoMarket spot)
    {
        if (await TrySpendAsync(context, _listings).ConfigureAwait(false))
        {
            await context.WriteJsonAsync(200, Json.Write(json => GateIoListing.WriteCurrencies(json, spot))).ConfigureAwait(false);
        }
    }

    public async Task ListingsAsync(HttpContext context, GateIoMarket venueMarket)
    {
        if (await TrySpendAsync(context, _listings).ConfigureAwait(false))
        {
            await context.WriteJsonAsync(200, Json.Write(json =>
            {
                json.WriteStartArray();
                foreach (var listing in venueMarket.Simulated.Listings.Select(world.AsListed))
                {
                    GateIoListing.Write(json, venueMarket, listing);
                }

                json.WriteEndArray();
            })).ConfigureAwait(false);
        }
    }

    public async Task ListingAsync(HttpContext context, GateIoMarket venueMarket)
    {
        if (!await TrySpendAsync(context, _listings).ConfigureAwait(false))
        {
            return;
        }

        if (venueMarket.Simulated.Find((string?)context.Request.RouteValues["name"] ?? "") is { } listing)
        {
            await context.WriteJsonAsync(200, Json.Write(json => GateIoListing.Write(json, venueMarket, world.AsListed(listing)))).ConfigureAwait(false);
        }
        else
        {
            await UnknownAsync(context, venueMarket).ConfigureAwait(false);
        }
    }

    private static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static Task UnknownAsync(HttpContext context, GateIoMarket venueMarket) => venueMarket.IsSpot
        ? ErrorAsync(context, 400, "INVALID_CURRENCY_PAIR", "Invalid currency pair")
        : ErrorAsync(context, 400, "CONTRACT_NOT_FOUND", "CONTRACT_NOT_FOUND");

    private static Task ErrorAsync(HttpContext context, int status, string label, string text) => context.WriteJsonAsync(status, Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("label", label);
        json.WriteString("message", text);
        json.WriteEndObject();
    }));

    private static byte[] Rows(GateIoMarket venueMarket, Listing listing, List<CandleState> candles, long nowMs, bool isDecimal) => Json.Write(json =>
    {
        json.WriteStartArray();
        foreach (var candle in candles)
        {
            if (venueMarket.IsSpot)
            {
                WriteSpot(json, candle, nowMs);
            }
            else
            {
                WriteFutures(json, listing, candle, isDecimal);
            }
        }

        json.WriteEndArray();
    });

    private static void WriteSpot(Utf8JsonWriter json, in CandleState candle, long nowMs)
    {
        json.WriteStartArray();
        json.WriteStringValue((candle.OpenMs / 1000).ToString(CultureInfo.InvariantCulture));
        decimal?[] values = [candle.QuoteVolume, candle.IsUnreadable ? null : candle.Close, candle.High, candle.Low, candle.Open, candle.BaseVolume];
        foreach (var value in values)
        {
            json.WriteStringValue(value is { } number ? Plain(number) : null);
        }

        json.WriteStringValue(candle.CloseMs <= nowMs ? "true" : "false");
        json.WriteEndArray();
    }

    private static void WriteFutures(Utf8JsonWriter json, Listing listing, in CandleState candle, bool isDecimal)
    {
        json.WriteStartObject();
        json.WriteString("o", Plain(candle.Open));
        GateIoListing.WriteContracts(json, listing, candle.Steps, isDecimal);
        json.WriteNumber("t", candle.OpenMs / 1000);
        json.WriteString("c", candle.IsUnreadable ? null : Plain(candle.Close));
        json.WriteString("l", Plain(candle.Low));
        json.WriteString("h", Plain(candle.High));
        json.WriteString("sum", Plain(candle.QuoteVolume));
        json.WriteEndObject();
    }

    private async Task<bool> TrySpendAsync(HttpContext context, LimitWindow limit)
    {
        world.Served();
        var isWithin = limit.TrySpend(1);
        context.Response.Headers["X-Gate-RateLimit-Limit"] = "200";
        context.Response.Headers["X-Gate-RateLimit-Requests-Remain"] = (200 - limit.Used).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Gate-RateLimit-Reset-Timestamp"] = ((world.NowMs + (long)limit.Wait().TotalMilliseconds) / 1000)
            .ToString(CultureInfo.InvariantCulture);
        if (!world.IsLimited(isWithin))
        {
            return true;
        }

        await ErrorAsync(context, 429, "TOO_MANY_REQUESTS", "Request Rate limit Exceeded").ConfigureAwait(false);
        return false;
    }
}
