using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.Okx;

/// <summary>OKX's REST answers: newest first, both bounds exclusive, success is code "0" whatever the HTTP status.</summary>
internal sealed class OkxRest(VenueWorld world, OkxMarkets markets)
{
    private const int MaxRows = 300;
    private const int NewestRows = 1_440;

    private readonly LimitWindow _candles = new(40, TimeSpan.FromSeconds(2), world.Clock);
    private readonly LimitWindow _history = new(20, TimeSpan.FromSeconds(2), world.Clock);
    private readonly LimitWindow _instruments = new(20, TimeSpan.FromSeconds(2), world.Clock);

    public Task TimeAsync(HttpContext context) => AnswerAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("ts", world.NowMs.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    });

    public static Task StatusAsync(HttpContext context) => AnswerAsync(context, _ => { });

    public Task CandlesAsync(HttpContext context) => RowsAsync(context, _candles, isHistory: false);

    public Task HistoryCandlesAsync(HttpContext context) => RowsAsync(context, _history, isHistory: true);

    public async Task InstrumentsAsync(HttpContext context)
    {
        if (!await TrySpendAsync(context, _instruments).ConfigureAwait(false))
        {
            return;
        }

        var query = context.Request.Query;
        var type = query.Text("instType");
        if (type is not ("SPOT" or "SWAP" or "FUTURES" or "MARGIN" or "OPTION"))
        {
            await ErrorAsync(context, 400, type is null ? "50014" : "51000", type is null ? "Parameter instType can not be empty" : "Parameter instType error")
                .ConfigureAwait(false);
            return;
        }

        var found = markets.OfType(type).Select(world.AsListed).Where(listing => (query.Text("instId") is not { } id || listing.Symbol == id)
            && (query.Text("uly") is not { } underlying || OkxListing.Underlying(listing) == underlying)
            && (query.Text("instFamily") is not { } family || OkxListing.Family(listing) == family)).ToList();
        if (found.Count == 0 && query.Text("instId") is not null)
        {
            await ErrorAsync(context, 200, "51001", "Instrument ID, Instrument ID code, or Spread ID doesn't exist.").ConfigureAwait(false);
            return;
        }

        if (type == "SPOT" && query.Text("instId") is null && found.Count > 0)
        {
            found.Add(found[0] with { Symbol = "", IsComing = true }); // before it opens, an instrument may have no name yet
        }

        await AnswerAsync(context, json => found.ForEach(listing => OkxListing.Write(json, type, listing))).ConfigureAwait(false);
    }

    private static Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> rows) => context.WriteJsonAsync(200, Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("code", "0");
        json.WriteString("msg", "");
        json.WriteStartArray("data");
        rows(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }));

    private static Task ErrorAsync(HttpContext context, int status, string code, string text) => context.WriteJsonAsync(status, Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("code", code);
        json.WriteStartArray("data");
        json.WriteEndArray();
        json.WriteString("msg", text);
        json.WriteEndObject();
    }));

    private async Task RowsAsync(HttpContext context, LimitWindow limit, bool isHistory)
    {
        if (!await TrySpendAsync(context, limit).ConfigureAwait(false))
        {
            return;
        }

        var query = context.Request.Query;
        if (query.Text("instId") is not { } instId)
        {
            await ErrorAsync(context, 400, "50014", "Parameter instId can not be empty.").ConfigureAwait(false);
        }
        else if (markets.Find(instId) is not { } found)
        {
            await ErrorAsync(context, 200, "51001", "Instrument ID, Instrument ID code, or Spread ID doesn't exist.").ConfigureAwait(false);
        }
        else if (OkxMarkets.Bar(query.Text("bar") ?? "1m") is not { } bar || (bar.Interval == Domain.Interval.OneSecond && !isHistory))
        {
            await ErrorAsync(context, 400, "51000", "Parameter bar error").ConfigureAwait(false);
        }
        else if (!query.TryNumber("after", out var after) || !query.TryNumber("before", out var before) || !query.TryNumber("limit", out var rows))
        {
            await ErrorAsync(context, 400, "51000", "Parameter after error").ConfigureAwait(false);
        }
        else
        {
            var nowMs = world.NowMs;
            var toMs = Math.Min((after ?? long.MaxValue) - 1, nowMs);
            if (isHistory)
            {
                toMs = Math.Min(toMs, bar.Interval.PreviousMs(bar.Interval.FloorMs(nowMs + bar.ShiftMs)) - bar.ShiftMs); // closed rows only
            }

            var fromMs = (before ?? -1) + 1;
            if (!isHistory)
            {
                fromMs = Math.Max(fromMs, bar.Interval.AddMs(bar.Interval.FloorMs(nowMs), -NewestRows));
            }

            var candles = world.Answered(
                found.Listing,
                found.Market.Candles(
                    world.AsListed(found.Listing),
                    bar.Interval,
                    fromMs,
                    toMs,
                    world.PageSize((int)Math.Clamp(rows ?? 100, 1, MaxRows)),
                    newest: true,
                    nowMs,
                    bar.ShiftMs));
            candles.Reverse();
            await AnswerAsync(context, json => candles.ForEach(candle => OkxColumns.Write(json, found.Listing, candle, candle.CloseMs <= nowMs)))
                .ConfigureAwait(false);
        }
    }

    private async Task<bool> TrySpendAsync(HttpContext context, LimitWindow limit)
    {
        world.Served();
        if (!world.IsLimited(limit.TrySpend(1)))
        {
            return true;
        }

        await context.WriteJsonAsync(429, """{"code":"50011","msg":"Too Many Requests"}"""u8.ToArray()).ConfigureAwait(false);
        return false;
    }
}
