using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox;

/// <summary>What the sandbox itself answers, beside the venues: its clock, and what it has seen.</summary>
internal static class AdminRoutes
{
    /// <summary>Maps <c>/sandbox/...</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes, World world)
    {
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
}
