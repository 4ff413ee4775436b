using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox.CoinGecko;

/// <summary>
/// A service like CoinGecko: <c>/coingecko/api/v3/coins/markets</c> over the books of a simulated exchange, with names and supplies of its own, a limit a
/// minute, and a coin that has another's symbol.
/// </summary>
/// <param name="world">What it lives in.</param>
/// <param name="market">The books that its prices come from.</param>
internal sealed class CoinGeckoTwin(VenueWorld world, SimulatedMarket market)
{
    /// <summary>Its name in paths and faults.</summary>
    public const string Name = "coingecko";

    private const long HourMs = 3_600_000;
    private const long MinuteMs = 60_000;
    private const int RequestsPerMinute = 30;

    private static readonly Dictionary<string, (string Id, string Name, decimal? Supply)> Coins = new(StringComparer.Ordinal)
    {
        ["BTC"] = ("bitcoin", "Bitcoin", 19_900_000m),
        ["ETH"] = ("ethereum", "Ethereum", 120_700_000m),
        ["SOL"] = ("solana", "Solana", 553_000_000m),
        ["XRP"] = ("ripple", "XRP", 60_100_000_000m),
        ["BNB"] = ("binancecoin", "BNB", 137_700_000m),
        ["DOGE"] = ("dogecoin", "Dogecoin", null), // supply unknown: written as 0, as the service does
        ["ADA"] = ("cardano", "Cardano", 35_800_000_000m),
        ["PEPE"] = ("pepe", "Pepe", 420_690_000_000_000m),
    };

    private static readonly Dictionary<string, decimal> DollarsOf = new(StringComparer.Ordinal)
    {
        ["usd"] = 1m,
        ["eur"] = 1.16m,
        ["gbp"] = 1.32m,
        ["jpy"] = 0.0064m,
    };

    private readonly LimitWindow _requests = new(RequestsPerMinute, TimeSpan.FromMinutes(1), world.Clock);

    /// <summary>Maps its path.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet($"/{Name}/api/v3/coins/markets", (RequestDelegate)MarketsAsync);

    private async Task MarketsAsync(HttpContext context)
    {
        if (world.IsLimited(_requests.TrySpend(1)))
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, _requests.Wait().TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await context.WriteJsonAsync(429, """{"status":{"error_code":429,"error_message":"You've exceeded the Rate Limit."}}"""u8.ToArray()).ConfigureAwait(false);
            return;
        }

        if (context.Request.Headers["x-cg-demo-api-key"] == "wrong")
        {
            await context.WriteJsonAsync(401, """{"status":{"error_code":10002,"error_message":"API Key Missing"}}"""u8.ToArray()).ConfigureAwait(false);
            return;
        }

        var query = context.Request.Query;
        if (query.Text("vs_currency") is not { } currency || !DollarsOf.TryGetValue(currency, out var dollars))
        {
            await context.WriteJsonAsync(400, """{"error":"invalid vs_currency"}"""u8.ToArray()).ConfigureAwait(false);
            return;
        }

        var symbols = (query.Text("symbols") ?? "").Split(',').Select(symbol => symbol.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
        var listings = market.Listings.Where(listing => listing.QuoteAsset == "USDT" && !listing.IsHalted && symbols.Contains(listing.BaseAsset)).ToList();
        world.Served();
        await context.WriteJsonAsync(200, Json.Write(json =>
        {
            json.WriteStartArray();
            foreach (var listing in listings)
            {
                Write(json, listing, dollars, query.Text("sparkline") == "true");
            }

            if (symbols.Contains("BTC"))
            {
                WriteNamesake(json);
            }

            json.WriteEndArray();
        })).ConfigureAwait(false);
    }

    private void Write(Utf8JsonWriter json, Listing listing, decimal dollars, bool withWeek)
    {
        var nowMs = world.NowMs;
        var minutes = market.Candles(listing, Interval.OneMinute, nowMs - (24 * HourMs), nowMs, int.MaxValue, newest: true, nowMs);
        var last = minutes[^1];
        var (id, name, supply) = Coins.TryGetValue(listing.BaseAsset, out var coin)
            ? coin
            : ($"coin-{listing.BaseAsset}", $"Coin {listing.BaseAsset}", 1_000_000m);
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("symbol", listing.BaseAsset.ToLowerInvariant());
        json.WriteString("name", name);
        json.WriteNumber("current_price", Money(last.Close));
        json.WriteNumber("market_cap", decimal.Round((supply ?? 0) * last.Close / dollars));
        json.WriteNumber("market_cap_rank", 1);
        json.WriteNumber("total_volume", decimal.Round(minutes.Sum(minute => minute.QuoteVolume) / dollars));
        json.WriteNumber("high_24h", Money(minutes.Max(minute => minute.High)));
        json.WriteNumber("low_24h", Money(minutes.Min(minute => minute.Low)));
        json.WriteNumber("price_change_percentage_24h", decimal.Round((last.Close - minutes[0].Open) / minutes[0].Open * 100, 5));
        json.WriteNumber("circulating_supply", supply ?? 0);
        json.WriteNull("max_supply");
        json.WriteString("last_updated", Time(DateTimeOffset.FromUnixTimeMilliseconds(nowMs)));
        if (withWeek)
        {
            json.WriteStartObject("sparkline_in_7d");
            json.WriteStartArray("price");
            foreach (var minute in minutes.Where(minute => (nowMs / MinuteMs * MinuteMs - minute.OpenMs) % HourMs == 0))
            {
                json.WriteNumberValue(Money(minute.Close));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();

        decimal Money(decimal price) => dollars == 1 ? price : decimal.Round(price / dollars, 12);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>There are more coins than symbols.</summary>
    private void WriteNamesake(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", "bitcoin-of-nobody");
        json.WriteString("symbol", "btc");
        json.WriteString("name", "Bitcoin of Nobody");
        json.WriteNumber("current_price", 0.0000000123m);
        json.WriteNull("market_cap");
        json.WriteNull("market_cap_rank");
        json.WriteString("last_updated", Time(world.Clock.GetUtcNow()));
        json.WriteEndObject();
    }
}
