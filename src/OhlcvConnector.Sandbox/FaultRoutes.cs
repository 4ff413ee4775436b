using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox;

/// <summary>The faults' own address: <c>POST /sandbox/faults</c> with one or a list of them begins them, GET lists them, DELETE ends those that last.</summary>
internal static class FaultRoutes
{
    private const int MaxBodyBytes = 1024 * 1024;

    /// <summary>Maps the address.</summary>
    public static void Map(IEndpointRouteBuilder routes, World world, Func<SandboxFault, int> inject, Action clear)
    {
        routes.MapPost("/sandbox/faults", (RequestDelegate)(context => InjectAsync(context, world, inject)));
        routes.MapDelete("/sandbox/faults", (RequestDelegate)(context =>
        {
            clear();
            return context.WriteJsonAsync(200, "{}"u8.ToArray());
        }));
        routes.MapGet("/sandbox/faults", (RequestDelegate)(context => context.WriteJsonAsync(200, Json.Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("lasting");
            foreach (var fault in world.Faults.Lasting)
            {
                Write(json, fault);
            }

            json.WriteEndArray();
            json.WriteStartObject("hits");
            foreach (var (kind, hits) in world.Faults.Hits)
            {
                json.WriteNumber(kind.ToString(), hits);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }))));
    }

    private static async Task InjectAsync(HttpContext context, World world, Func<SandboxFault, int> inject)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
            if (body.Length > MaxBodyBytes)
            {
                throw new FormatException($"The body is longer than {MaxBodyBytes} bytes.");
            }

            var faults = SandboxFaultScript.Parse(body.ToArray());
            foreach (var fault in faults)
            {
                if (fault.At != TimeSpan.Zero)
                {
                    throw new FormatException("What is asked for here happens now; 'at' is for a script.");
                }

                fault.Validate(world.Venues.Select(venue => venue.Exchange));
            }

            var hits = faults.Sum(inject);
            await context.WriteJsonAsync(200, Json.Write(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("hits", hits);
                json.WriteEndObject();
            })).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            await context.WriteJsonAsync(400, Json.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("error", exception.Message);
                json.WriteEndObject();
            })).ConfigureAwait(false);
        }
    }

    private static void Write(Utf8JsonWriter json, SandboxFault fault)
    {
        json.WriteStartObject();
        json.WriteString("kind", fault.Kind.ToString());
        json.WriteString("exchange", fault.Exchange);
        json.WriteString("symbol", fault.Symbol);
        json.WriteNumber("duration", fault.Duration.TotalSeconds);
        json.WriteNumber("probability", fault.Probability);
        json.WriteEndObject();
    }
}
