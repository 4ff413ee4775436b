using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Hyperliquid;

/// <summary>
/// Hyperliquid's info endpoint. Candles that overlap the range come, ascending; only the newest 5000 exist; a quiet minute is added late, flat.
/// </summary>
internal sealed class HyperliquidRest(VenueWorld world, HyperliquidMarkets markets)
{
    private const int Reach = 5_000;
    private const long QuietAddedAfterMs = 90_000;

    private readonly LimitWindow _weight = new(1_200, TimeSpan.FromMinutes(1), world.Clock);

    public async Task InfoAsync(HttpContext context)
    {
        world.Served();
        JsonDocument request;
        try
        {
            request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            await TextAsync(context, 422, "Failed to deserialize the JSON body into the target type").ConfigureAwait(false);
            return;
        }

        using (request)
        {
            var type = request.RootElement.Text("type");
            if (!TrySpend(20))
            {
                await context.WriteJsonAsync(429, "null"u8.ToArray()).ConfigureAwait(false);
            }
            else if (type == "candleSnapshot")
            {
                await CandlesAsync(context, request.RootElement).ConfigureAwait(false);
            }
            else if (HyperliquidListing.Answer(type, request.RootElement.Text("dex"), markets, world) is { } answer)
            {
                await context.WriteJsonAsync(200, answer).ConfigureAwait(false);
            }
            else
            {
                await TextAsync(context, 422, "Failed to deserialize the JSON body into the target type").ConfigureAwait(false);
            }
        }
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text);
    }

    private static long? Time(JsonElement request, string name) =>
        request.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var time) && time >= 0 ? time : null;

    private async Task CandlesAsync(HttpContext context, JsonElement root)
    {
        var nowMs = world.NowMs;
        if (root.Part("req", JsonValueKind.Object) is not { } request || request.Text("coin") is not { } coin || Time(request, "startTime") is not { } start
            || (request.TryGetProperty("endTime", out var end) && end.ValueKind != JsonValueKind.Null && Time(request, "endTime") is null)
            || request.Text("interval") is not { } spelling || !HyperliquidMarkets.Intervals.TryGetValue(spelling, out var interval))
        {
            await TextAsync(context, 422, "Failed to deserialize the JSON body into the target type").ConfigureAwait(false);
        }
        else if (markets.Find(coin) is not { } found)
        {
            await context.WriteJsonAsync(500, "null"u8.ToArray()).ConfigureAwait(false);
        }
        else
        {
            var toMs = Math.Min(Time(request, "endTime") ?? nowMs, nowMs);
            var earliest = interval.AddMs(interval.FloorMs(nowMs), 1 - Reach);
            var fromMs = Math.Max(interval.FloorMs(start), earliest); // every candle that overlaps
            var candles = world.Answered(
                found.Listing, found.Market.Candles(world.AsListed(found.Listing), interval, fromMs, toMs, world.PageSize(Reach), newest: false, nowMs));
            candles.RemoveAll(candle => candle.Count == 0 && (candle.CloseMs > nowMs || candle.CloseMs + QuietAddedAfterMs > nowMs));
            TrySpend(candles.Count / 60);
            await context.WriteJsonAsync(200, Rows(found.Listing, interval, candles)).ConfigureAwait(false);
        }
    }

    private static byte[] Rows(Listing listing, Interval interval, List<CandleState> candles) => Json.Write(json =>
    {
        json.WriteStartArray();
        candles.ForEach(candle => HyperliquidCandle.Write(json, listing, interval, candle));
        json.WriteEndArray();
    });

    private bool TrySpend(int weight) => weight == 0 || !world.IsLimited(_weight.TrySpend(weight));
}
