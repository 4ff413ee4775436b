using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>
/// The usual broadcast: a bounded channel for each client, a loop that sends what comes out of it, a message encoded once for all. No subscriptions, no limits,
/// no
/// counters; a client that is too slow loses its oldest messages. The messages are the product's own, byte for byte.
/// </summary>
internal sealed class KestrelFloor
{
    public const int HeaderOfFrame = 4; // of a frame of 126 to 65,535 bytes
    private const int Capacity = 1_024;

    private readonly ConcurrentDictionary<ChannelWriter<ReadOnlyMemory<byte>>, byte> _clients = new();
    private readonly OhlcvConnector.Domain.Series[] _series = [.. Enumerable.Range(0, VenueFrames.SymbolCount).Select(i => SyntheticFeed.SeriesOf(i))];

    public async Task<int> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var application = builder.Build();
        application.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20) });
        application.Run(ServeAsync);
        await application.StartAsync();
        return new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    public void Send(long first, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var series = _series[(first + i) % _series.Length];
            var frame = new V1Encoding(series.VenueSymbol, AsStrings: false, IsSandbox: false)
                .Quote(new Server.FanOut.Clients.Published(SyntheticFeed.NewQuote(series, first + i), 1), DateTimeOffset.UtcNow);
            foreach (var (client, _) in _clients)
            {
                client.TryWrite(frame.AsMemory(HeaderOfFrame));
            }
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var channel = Channel.CreateBounded<ReadOnlyMemory<byte>>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        try
        {
            var buffer = new byte[4096];
            await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None); // the subscription, to everything
            await socket.SendAsync("""{"type":"ack"}"""u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            _clients.TryAdd(channel.Writer, 0);
            var sending = SendAsync(socket, channel.Reader);
            while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
                // a client says nothing more
            }

            channel.Writer.Complete();
            await sending;
        }
        catch (WebSocketException)
        {
            // the client left
        }
        finally
        {
            _clients.TryRemove(channel.Writer, out _);
            channel.Writer.TryComplete();
        }
    }

    private static async Task SendAsync(WebSocket socket, ChannelReader<ReadOnlyMemory<byte>> messages)
    {
        await foreach (var message in messages.ReadAllAsync())
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
    }
}
