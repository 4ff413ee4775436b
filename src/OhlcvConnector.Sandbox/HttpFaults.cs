using OhlcvConnector.Sandbox.Faults;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using OhlcvConnector.Sandbox.Replay;
using OhlcvConnector.Sandbox.Wire;

namespace OhlcvConnector.Sandbox;

/// <summary>Faults of HTTP before a venue sees the request, and the header that every answer has.</summary>
internal static class HttpFaults
{
    /// <summary>Answers in a venue's stead, or lets the request pass.</summary>
    public static async Task PassAsync(HttpContext context, World world, Func<Task> next)
    {
        var name = context.Request.Path.Value?.Split('/', 3) is [_, var first, ..] ? first : "";
        var venue = world.Venues.FirstOrDefault(one => one.Exchange == name);
        context.Response.Headers["X-Sandbox"] = "true";
        context.Response.Headers.Date = Date(world, venue);
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            var cable = new Cable(upgrade);
            context.Features.Set<IHttpUpgradeFeature>(cable);
            context.Features.Set(cable);
        }
        else if (venue is not null && (await AnsweredAsync(context, world, venue.Exchange).ConfigureAwait(false)
            || await RecordedAnswers.TryAsync(context, world, venue).ConfigureAwait(false)))
        {
            return;
        }

        await next().ConfigureAwait(false);
    }

    /// <summary>The venue's time; a value that is null keeps the web server from writing its own.</summary>
    private static StringValues Date(World world, VenueWorld? venue)
    {
        if (venue is not null && world.Faults.Hit(SandboxFaultKind.NoDate, venue.Exchange) is not null)
        {
            return new StringValues([null]);
        }

        var skew = venue is null ? null : world.Faults.Hit(SandboxFaultKind.DateSkew, venue.Exchange);
        return ((venue?.Clock ?? world.Clock).GetUtcNow() + (skew?.AmountOrUsual ?? TimeSpan.Zero)).ToString("R", CultureInfo.InvariantCulture);
    }

    private static async Task<bool> AnsweredAsync(HttpContext context, World world, string exchange)
    {
        if (world.Faults.Hit(SandboxFaultKind.SlowAnswer, exchange) is { } slow)
        {
            context.Response.OnStarting(
                () => Task.Delay(slow.AmountOrUsual, world.Clock, context.RequestAborted)); // when it is known what to answer: the way back is long
        }

        if (world.Faults.Hit(SandboxFaultKind.UnknownFields, exchange) is not null)
        {
            context.Items[SandboxFaultKind.UnknownFields] = true; // for what writes the answer
        }

        if (world.Faults.Hit(SandboxFaultKind.Banned, exchange) is { } ban)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(ban.AmountOrUsual.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await context.WriteJsonAsync(418, """{"code":-1003,"msg":"Way too many requests; IP banned."}"""u8.ToArray()).ConfigureAwait(false);
            return true;
        }

        if (world.Faults.Hit(SandboxFaultKind.ServerError, exchange) is not null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "text/html";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("<html><body><h1>503 Service Unavailable</h1></body></html>"), context.RequestAborted)
                .ConfigureAwait(false);
            return true;
        }

        return false;
    }
}
