using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox;

/// <summary>Routes of the sandbox itself, beside the venues': its clock, its addresses, its markets, and what it has seen.</summary>
internal static class AdminRoutes
{
    /// <summary>Maps <c>/sandbox/...</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes, World world, Func<SandboxServer> server)
    {
        routes.MapGet("/sandbox/venues", (RequestDelegate)(context => context.WriteJsonAsync(200, Json.Write(json => WriteVenues(json, server().Venues)))));
        routes.MapGet("/sandbox/candles", (RequestDelegate)(context => BooksAsync(context, server())));
        routes.MapGet("/sandbox/clock", (RequestDelegate)(context => context.WriteJsonAsync(200, Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("now", world.Clock.GetUtcNow().ToUnixTimeMilliseconds());
            json.WriteNumber("speed", world.Clock.Speed);
            json.WriteBoolean("sandbox", true);
            json.WriteEndObject();
        }))));
        routes.MapGet("/sandbox/statistics", (RequestDelegate)(context => context.WriteJsonAsync(200, Json.Write(json =>
        {
            var statistics = world.Statistics;
            json.WriteStartObject();
            json.WriteNumber("connectionsOpened", statistics.ConnectionsOpened);
            json.WriteNumber("connectionsOpen", statistics.ConnectionsOpen);
            json.WriteNumber("subscriptions", statistics.Subscriptions);
            json.WriteNumber("messagesSent", statistics.MessagesSent);
            json.WriteNumber("requestsServed", statistics.RequestsServed);
            json.WriteNumber("violations", statistics.Violations);
            json.WriteEndObject();
        }))));
    }

    private static void WriteVenues(Utf8JsonWriter json, IEnumerable<SandboxVenueAddress> venues)
    {
        json.WriteStartArray();
        foreach (var venue in venues)
        {
            json.WriteStartObject();
            json.WriteString("exchange", venue.Exchange);
            json.WriteString("market", venue.Market.Name());
            json.WriteString("stream", venue.Stream.ToString());
            json.WriteString("rest", venue.Rest.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Answers with the closed candles that open in [from, to): [open time, open, high, low, close, base volume, quote volume, trades].</summary>
    private static async Task BooksAsync(HttpContext context, SandboxServer server)
    {
        var query = context.Request.Query;
        if (query.Text("exchange") is not { } exchange
            || !Enum.GetValues<Market>().ToDictionary(market => market.Name()).TryGetValue(query.Text("market") ?? "", out var market)
            || query.Text("symbol") is not { } symbol || !Interval.TryParse(query.Text("interval"), out var interval)
            || !query.TryNumber("from", out var from) || !query.TryNumber("to", out var to) || from is null || to is null)
        {
            await context.WriteJsonAsync(
                400, """{"error":"exchange, market, symbol, interval, from and to (Unix epoch milliseconds) are needed"}"""u8.ToArray())
                .ConfigureAwait(false);
            return;
        }

        try
        {
            var candles = server.Candles(
                exchange, market, symbol, interval, DateTimeOffset.FromUnixTimeMilliseconds(from.Value), DateTimeOffset.FromUnixTimeMilliseconds(to.Value));
            await context.WriteJsonAsync(200, Json.Write(json => WriteBooks(json, candles))).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            await context.WriteJsonAsync(400, Json.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("error", exception.Message);
                json.WriteEndObject();
            })).ConfigureAwait(false);
        }
    }

    private static void WriteBooks(Utf8JsonWriter json, IEnumerable<SandboxCandle> candles)
    {
        json.WriteStartArray();
        foreach (var candle in candles)
        {
            json.WriteStartArray();
            json.WriteNumberValue(candle.OpenTime.ToUnixTimeMilliseconds());
            foreach (var value in (ReadOnlySpan<decimal>)[candle.Open, candle.High, candle.Low, candle.Close, candle.BaseVolume, candle.QuoteVolume])
            {
                json.WriteNumberValue(value);
            }

            json.WriteNumberValue(candle.TradeCount);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
