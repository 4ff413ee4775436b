using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace OhlcvConnector.Benchmarks.Shape;

/// <summary>
/// What no reader of encrypted streams can do without: a thread for each connection that waits for its socket, decrypts what comes, and looks at none of it.
/// </summary>
internal static class BareReader
{
    private const int MaskedShort = 0x80;
    private const int MaskedMedium = 0x80 | 126;

    /// <summary>Reads all venues, until the process ends.</summary>
    /// <param name="meter">The meter: told of each time that something was read.</param>
    /// <param name="ports">The venues' ports.</param>
    public static Task ReadAsync(ShapeMeter meter, int[] ports) => Task.WhenAll(ShapeVenue.All.Zip(ports)
        .SelectMany(venue => Enumerable.Range(0, ShapeVenue.SymbolCount / ShapeVenue.SymbolsPerConnection)
            .Select(connection => Task.Factory.StartNew(
                () => Read(meter, venue.Second, venue.First.SubscribeAll(connection)), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default))));

    private static void Read(ShapeMeter meter, int port, string subscription)
    {
        using var client = new TcpClient("127.0.0.1", port) { NoDelay = true };
        using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, ShapeClient.IsOurs);
        tls.AuthenticateAsClient("127.0.0.1");
        tls.Write(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")));
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            length += tls.Read(buffer, length, buffer.Length - length);
        }

        tls.Write(Frame(Encoding.UTF8.GetBytes(subscription)));
        while (tls.Read(buffer) > 0)
        {
            meter.Arrived();
        }
    }

    /// <summary>A text frame, masked with zeros; RFC 6455, 5.2.</summary>
    private static byte[] Frame(byte[] text) => text.Length < 126
        ? [0x81, (byte)(MaskedShort | text.Length), 0, 0, 0, 0, .. text]
        : [0x81, MaskedMedium, (byte)(text.Length >> 8), (byte)text.Length, 0, 0, 0, 0, .. text];
}
