using Microsoft.AspNetCore.Http;
using OhlcvConnector.Sandbox.Faults;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>Helpers that the routes of all venues share.</summary>
internal static class Routes
{
    /// <summary>Accepts a stream and runs it to its end.</summary>
    /// <param name="context">The request.</param>
    /// <param name="world">The venue.</param>
    /// <param name="dialect">The dialect of the stream.</param>
    /// <param name="pingEvery">The time between two WebSocket pings of the venue, in real time; null for none.</param>
    /// <param name="pongWithin">The longest time that an answer may take before the venue hangs up.</param>
    /// <param name="hangUp">After how much silence in both directions the venue closes, and how; null for never.</param>
    /// <param name="opened">Called before the first message is read; null for nothing.</param>
    public static async Task AcceptStreamAsync(
        HttpContext context,
        VenueWorld world,
        IStreamDialect dialect,
        TimeSpan? pingEvery = null,
        TimeSpan pongWithin = default,
        Func<StreamSession, Task>? opened = null,
        (TimeSpan After, int Code, string Reason)? hangUp = null)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            await context.Response.WriteAsync("This address speaks WebSocket.").ConfigureAwait(false);
            return;
        }

        if (world.Faults.Hit(SandboxFaultKind.Refuse, world.Exchange) is not null)
        {
            context.Abort();
            return;
        }

        if (world.Faults.Hit(SandboxFaultKind.SlowHandshake, world.Exchange) is { } slow)
        {
            await Task.Delay(slow.AmountOrUsual, world.Clock, context.RequestAborted).ConfigureAwait(false);
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = pingEvery / RealSpeed(world) ?? Timeout.InfiniteTimeSpan,
            KeepAliveTimeout = pingEvery is null ? Timeout.InfiniteTimeSpan : pongWithin / RealSpeed(world),
        }).ConfigureAwait(false);
        using var session = new StreamSession(world, socket, dialect, context.Abort, context.Features.Get<Cable>()) { HangUp = hangUp };
        if (world.Faults.Hit(SandboxFaultKind.Silence, world.Exchange) is not null)
        {
            session.Freeze();
        }

        if (opened is not null)
        {
            await opened(session).ConfigureAwait(false);
        }

        await session.RunAsync(context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The framework's pings run on the system's clock; a "real" clock that runs faster makes them as much more frequent.</summary>
    private static double RealSpeed(VenueWorld world) => world.Options.TimeProvider is SandboxClock { Speed: var speed } ? speed : 1;

    /// <summary>Writes a JSON answer.</summary>
    public static async Task WriteJsonAsync(this HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        json = context.Items.ContainsKey(SandboxFaultKind.UnknownFields) ? Stranger.Rewrite(json) : json;
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json;charset=UTF-8";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted).ConfigureAwait(false);
    }
}
