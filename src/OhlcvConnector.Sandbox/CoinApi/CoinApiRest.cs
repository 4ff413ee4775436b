using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.CoinApi;

/// <summary>CoinAPI's REST: candles a few seconds behind the stream, quiet ones left out unless they are asked for; a hundred rows cost a credit.</summary>
internal sealed class CoinApiRest(VenueWorld world, MarketBooks books)
{
    private const int UsualRows = 100;
    private const int MaxRows = 100_000;
    private const int RowsPerCredit = 100;
    private const int Credits = 120;
    private const long BehindMs = 3_000;

    private readonly LimitWindow _credits = new(Credits, TimeSpan.FromSeconds(10), world.Clock);

    private static Dictionary<string, Interval> Periods { get; } =
        new(CoinApiPeriods.Streamed.Append(new("1MTH", Interval.OneMonth)), StringComparer.Ordinal);

    /// <summary>Maps its paths.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/coinapi/v1/exchanges", (RequestDelegate)(context => AnswerAsync(context, Exchanges)));
        routes.MapGet("/coinapi/v1/symbols", (RequestDelegate)(context => AnswerAsync(context, json => Symbols(json, context.Request.Query))));
        routes.MapGet("/coinapi/v1/ohlcv/periods", (RequestDelegate)(context => AnswerAsync(context, WritePeriods)));
        routes.MapGet("/coinapi/v1/ohlcv/{symbol}/history", (RequestDelegate)(context => CandlesAsync(context, isLatest: false)));
        routes.MapGet("/coinapi/v1/ohlcv/{symbol}/latest", (RequestDelegate)(context => CandlesAsync(context, isLatest: true)));
    }

    private static void WritePeriods(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var (name, interval) in Periods)
        {
            var isMonth = interval.Unit == IntervalUnit.Month;
            json.WriteStartObject();
            json.WriteString("period_id", name);
            json.WriteNumber("length_seconds", isMonth ? 0 : (long)interval.ApproximateLength.TotalSeconds);
            json.WriteNumber("length_months", isMonth ? interval.Count : 0);
            json.WriteNumber("unit_count", interval.Count);
            json.WriteString("unit_name", interval.Unit.ToString().ToLowerInvariant());
            json.WriteString("display_name", $"{interval.Count} {interval.Unit}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static Task ErrorAsync(HttpContext context, int status, string text) => context.WriteJsonAsync(status, Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("error", text);
        json.WriteEndObject();
    }));

    private static bool TryTime(IQueryCollection query, string name, out long? time)
    {
        time = null;
        if (query.Text(name) is not { } text)
        {
            return true;
        }

        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment);
        time = moment.ToUnixTimeMilliseconds();
        return isTime;
    }

    private void Exchanges(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var exchange in books.Listings.Select(ExchangeOf).Append("KRAKENFTS").Distinct())
        {
            json.WriteStartObject();
            json.WriteString("exchange_id", exchange);
            json.WriteString("name", $"{exchange} (simulated)");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Symbols(Utf8JsonWriter json, IQueryCollection query)
    {
        var prefixes = (query.Text("filter_symbol_id") ?? "").Split(',');
        json.WriteStartArray();
        foreach (var listing in books.Listings.Where(one => Array.Exists(prefixes, prefix => one.Symbol.StartsWith(prefix, StringComparison.Ordinal))))
        {
            json.WriteStartObject();
            json.WriteString("symbol_id", listing.Symbol);
            json.WriteString("exchange_id", ExchangeOf(listing));
            json.WriteString("symbol_type", "SPOT");
            json.WriteString("asset_id_base", listing.BaseAsset);
            json.WriteString("asset_id_quote", listing.QuoteAsset);
            json.WriteString("symbol_id_exchange", listing.BaseAsset + listing.QuoteAsset);
            json.WriteString("data_start", Day(listing.ListedMs));
            json.WriteString("data_end", Day(Math.Min(world.NowMs, world.AsListed(listing).EndsMs)));
            json.WriteNumber("price_precision", listing.Tick);
            json.WriteNumber("size_precision", listing.Step);
            json.WriteEndObject();
        }

        if (Array.Exists(prefixes, prefix => "KRAKENFTS_PERP_BTC_USD".StartsWith(prefix, StringComparison.Ordinal)))
        {
            json.WriteStartObject();
            json.WriteString("symbol_id", "KRAKENFTS_PERP_BTC_USD");
            json.WriteString("symbol_type", "PERPETUAL");
            json.WriteEndObject();
        }

        json.WriteEndArray();

        static string Day(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string ExchangeOf(Listing listing) => listing.Symbol[..listing.Symbol.IndexOf('_', StringComparison.Ordinal)];

    private async Task CandlesAsync(HttpContext context, bool isLatest)
    {
        var query = context.Request.Query;
        if (!Periods.TryGetValue(query.Text("period_id") ?? "", out var interval))
        {
            await ErrorAsync(context, 400, "Invalid period_id.").ConfigureAwait(false);
            return;
        }

        if (!TryTime(query, "time_start", out var start) || !TryTime(query, "time_end", out var end) || !query.TryNumber("limit", out var limit)
            || limit is < 1 or > MaxRows)
        {
            await ErrorAsync(context, 400, "Invalid time or limit.").ConfigureAwait(false);
            return;
        }

        if (books.Find(context.Request.RouteValues["symbol"] as string ?? "") is not { } listing)
        {
            await AnswerAsync(context, json =>
            {
                json.WriteStartArray();
                json.WriteEndArray();
            }).ConfigureAwait(false);
            return;
        }

        var nowMs = world.NowMs - BehindMs;
        var rows = world.PageSize((int)(limit ?? UsualRows));
        var (fromMs, toMs) = isLatest ? (0, nowMs) : (start ?? 0, Math.Min((end ?? nowMs) - 1, nowMs));
        var candles = world.Answered(listing, Find(listing, interval, fromMs, toMs, rows, isLatest, nowMs));
        if (isLatest)
        {
            candles.Reverse();
        }

        if (query.Text("include_empty_items") != "true")
        {
            candles.RemoveAll(candle => candle.Count == 0);
        }

        await AnswerAsync(context, json => Rows(json, candles), 1 + (candles.Count / RowsPerCredit)).ConfigureAwait(false);
    }

    /// <summary>As many rows as are asked for, quiet ones not among them.</summary>
    private List<CandleState> Find(Listing listing, Interval interval, long fromMs, long toMs, int rows, bool newest, long nowMs)
    {
        var asked = rows;
        while (true)
        {
            var found = books.Candles(world.AsListed(listing), interval, fromMs, toMs, asked, newest, nowMs);
            var traded = found.Count(candle => candle.Count > 0);
            if (found.Count < asked || traded >= rows)
            {
                return newest ? [.. found.Skip(Math.Max(0, found.Count - rows))] : UpTo(found, rows);
            }

            asked = Math.Min(MaxRows, asked * 2);
            if (asked == MaxRows)
            {
                return UpTo(books.Candles(world.AsListed(listing), interval, fromMs, toMs, asked, newest, nowMs), rows);
            }
        }
    }

    private static List<CandleState> UpTo(List<CandleState> candles, int traded)
    {
        var count = 0;
        return [.. candles.TakeWhile(candle => candle.Count == 0 || count++ < traded)];
    }

    private static void Rows(Utf8JsonWriter json, List<CandleState> candles)
    {
        json.WriteStartArray();
        foreach (var candle in candles)
        {
            json.WriteStartObject();
            CoinApiCandle.Write(json, candle);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> write, int cost = 1)
    {
        if (!CoinApiKeys.IsKey(CoinApiKeys.KeyOf(context.Request)))
        {
            return ErrorAsync(context, 401, "Invalid API key");
        }

        if (world.IsLimited(_credits.TrySpend(cost)))
        {
            context.Response.Headers["X-RateLimit-Limit"] = Credits.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["X-RateLimit-Remaining"] = "0";
            context.Response.Headers["X-RateLimit-Reset"] = CoinApiCandle.Time(world.NowMs + 1_000);
            return ErrorAsync(context, 429, "You have exceeded the number of requests of your plan.");
        }

        world.Served();
        return context.WriteJsonAsync(200, Json.Write(write));
    }
}
