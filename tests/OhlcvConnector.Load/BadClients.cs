using System.Net.Sockets;
using System.Text;

namespace OhlcvConnector.Load;

/// <summary>Those who do not behave.</summary>
internal static class BadClients
{
    private const string Handshake = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /// <summary>Subscribes, and reads nothing until it is cancelled.</summary>
    public static async Task DeafAsync(Uri address, string subscribe, CancellationToken cancellationToken)
    {
        using var client = await OpenAsync(address, cancellationToken);
        await SayAsync(client, subscribe, cancellationToken);
        await WaitAsync(cancellationToken);
    }

    /// <summary>Sends garbage, again and again, on ever new connections.</summary>
    public static async Task GarbageAsync(Uri address, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var bytes = new byte[2_000];
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var client = await OpenAsync(address, cancellationToken);
                for (var i = 0; i < 20; i++)
                {
                    random.NextBytes(bytes);
                    await client.GetStream().WriteAsync(bytes.AsMemory(0, random.Next(bytes.Length)), cancellationToken);
                    await Task.Delay(50, cancellationToken);
                }
            }
            catch (IOException)
            {
                // cut off, as it should be
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Subscribes and vanishes without a word, again and again.</summary>
    public static async Task VanishAsync(Uri address, string subscribe, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var client = await OpenAsync(address, cancellationToken);
                await SayAsync(client, subscribe, cancellationToken);
                await Task.Delay(200, cancellationToken);
                client.LingerState = new LingerOption(enable: true, 0);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task<TcpClient> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, cancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Handshake), cancellationToken);
        return client;
    }

    private static async Task SayAsync(TcpClient client, string text, CancellationToken cancellationToken)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        await client.GetStream().WriteAsync((byte[])[0x81, 0xFE, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0, .. payload], cancellationToken);
    }

    private static async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // the end
        }
    }
}
