using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Connections;

/// <summary>The WebSocket port: lets clients in, and runs each until it goes.</summary>
internal sealed class StreamEndpoint(
    Hub hub, ServerOptions options, ServerIdentity identity, ClientRegistry clients, ConnectionGate gate, SignalFeed signals, ILogger<ClientConnection> logger,
    PaperChannel? paper = null, ForecastFeed? forecasts = null)
{
    /// <summary>Takes a request.</summary>
    public async Task AcceptAsync(HttpContext context)
    {
        identity.Mark(context.Response);
        if (context.Request.Path != "/")
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "There is nothing here; the WebSocket is at /.").ConfigureAwait(false);
            return;
        }

        if (Handshake.Problem(context) is { } mistake)
        {
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.SecWebSocketVersion = "13";
            await RefuseAsync(context, StatusCodes.Status426UpgradeRequired, mistake).ConfigureAwait(false);
            return;
        }

        if (gate.Enter(context, out var status, out var problem) is not { } pass)
        {
            hub.Counters.ClientRefused();
            await RefuseAsync(context, status, problem).ConfigureAwait(false);
            return;
        }

        try
        {
            await RunAsync(context, pass).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException or OperationCanceledException)
        {
            context.Abort(); // the client vanished in the middle of the handshake
        }
        finally
        {
            gate.Leave(pass);
        }
    }

    private async Task RunAsync(HttpContext context, ConnectionPass pass)
    {
        var stream = await Handshake.AcceptAsync(context).ConfigureAwait(false);
        ClientConnection? client = null;
        var outbox = new Outbox(
            WireOf(context, stream), options.ClosedQueueCapacity, options.WriteTimeout, options.TimeProvider, hub.Counters, () => client!.CutOffFrames());
        client = new ClientConnection(
            new ClientContext
            {
                Hub = hub,
                Outbox = outbox,
                Options = options,
                IsSandbox = identity.IsSandbox,
                Signals = signals,
                Forecasts = forecasts,
                Paper = paper,
            },
            new FrameStream(stream, outbox, options.TimeProvider, context.Abort), gate, pass, logger);
        clients.Add(client);
        var endedInOrder = false;
        try
        {
            endedInOrder = await client.RunAsync(context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            clients.Remove(client);
            if (!endedInOrder)
            {
                context.Abort();
            }

            await outbox.WhenIdleAsync().ConfigureAwait(false);
        }
    }

    private static IWire WireOf(HttpContext context, Stream stream) =>
        !context.Request.IsHttps && context.Features.Get<IConnectionSocketFeature>()?.Socket is { SocketType: SocketType.Stream } socket
            ? new SocketWire(socket)
            : new StreamWire(stream);

    private static async Task RefuseAsync(HttpContext context, int status, string words)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        await context.Response.WriteAsync(words + "\n", context.RequestAborted).ConfigureAwait(false);
    }
}
