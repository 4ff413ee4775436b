using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Connections;

/// <summary>The WebSocket port: lets clients in, and runs each until it goes.</summary>
internal sealed class StreamEndpoint(
    Hub hub, ServerOptions options, ServerIdentity identity, ClientRegistry clients, ConnectionGate gate, SignalFeed signals, ILogger<ClientConnection> logger,
    PaperChannel? paper = null, ForecastFeed? forecasts = null)
{
    /// <summary>Path of the WebSocket on the port of health, metrics and REST: there it is for the pages that come from the same port.</summary>
    public const string PagePath = "/stream";

    /// <summary>Takes a request to the port of the WebSocket.</summary>
    public Task AcceptAsync(HttpContext context)
    {
        identity.Mark(context.Response);
        return context.Request.Path != "/"
            ? RefuseAsync(context, StatusCodes.Status404NotFound, "There is nothing here; the WebSocket is at /.")
            : AcceptAnyAsync(context);
    }

    /// <summary>Takes a request to <see cref="PagePath"/>: of the server's own pages, of those that the settings name, and of programs.</summary>
    public Task AcceptPageAsync(HttpContext context)
    {
        identity.Mark(context.Response);
        return context.Request.Headers.Origin is [{ } origin, ..] && !Origins.IsOwn(origin, context.Request.Host) && !IsNamed(origin)
            ? RefuseAsync(context, StatusCodes.Status403Forbidden, "This Origin is not allowed.")
            : AcceptAnyAsync(context);
    }

    private bool IsNamed(string origin) => options.CorsOrigins.Contains("*")
        || options.CorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);

    private async Task AcceptAnyAsync(HttpContext context)
    {
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
        var (packing, extension) = DeflateOffer.Choose(context.Request.Headers.SecWebSocketExtensions);
        var stream = await Handshake.AcceptAsync(context, extension).ConfigureAwait(false);
        ClientConnection? client = null;
        var outbox = new Outbox(
            WireOf(context, stream), options.ClosedQueueCapacity, options.WriteTimeout, options.TimeProvider, hub.Counters, () => client!.CutOffFrames())
        {
            Packing = packing,
        };
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
        context.Features.Get<DirectOutput>() is { } output && context.Features.Get<ISslStreamFeature>()?.SslStream is { } tls ? new TlsWire(tls, output)
        : !context.Request.IsHttps && context.Features.Get<IConnectionSocketFeature>()?.Socket is { SocketType: SocketType.Stream } socket
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
