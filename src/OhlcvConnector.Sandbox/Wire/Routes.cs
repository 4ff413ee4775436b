using Microsoft.AspNetCore.Http;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>What the routes of all venues have in common.</summary>
internal static class Routes
{
    /// <summary>Accepts a stream and runs it to its end.</summary>
    /// <param name="context">The request.</param>
    /// <param name="world">What all venues share.</param>
    /// <param name="exchange">The venue.</param>
    /// <param name="dialect">What it says and understands.</param>
    /// <param name="pingEvery">How often the venue sends a WebSocket ping, in real time; null for never.</param>
    /// <param name="pongWithin">How long an answer may take before the venue hangs up.</param>
    /// <param name="hangUp">After how much silence in both directions the venue closes, and how; null for never.</param>
    /// <param name="opened">Called before the first message is read; null for nothing.</param>
    public static async Task AcceptStreamAsync(
        HttpContext context,
        World world,
        string exchange,
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

        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = pingEvery / RealSpeed(world) ?? Timeout.InfiniteTimeSpan,
            KeepAliveTimeout = pingEvery is null ? Timeout.InfiniteTimeSpan : pongWithin / RealSpeed(world),
        }).ConfigureAwait(false);
        using var session = new StreamSession(world, exchange, socket, dialect, context.Abort) { HangUp = hangUp };
        if (opened is not null)
        {
            await opened(session).ConfigureAwait(false);
        }

        await session.RunAsync(context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The framework's pings run on the system's clock; a "real" clock that runs faster makes them as much more frequent.</summary>
    private static double RealSpeed(World world) => world.Options.TimeProvider is SandboxClock { Speed: var speed } ? speed : 1;

    /// <summary>Writes a JSON answer.</summary>
    public static async Task WriteJsonAsync(this HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json;charset=UTF-8";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted).ConfigureAwait(false);
    }
}
