using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <summary>
/// Opens a WebSocket the blocking way: connect, proxy, TLS, handshake. A socket that was once used asynchronously never blocks in the kernel again,
/// and waiting on the runtime's engine instead costs twenty times the decoding.
/// </summary>
/// <param name="proxy">An http or socks5 proxy; null for none.</param>
/// <param name="clock">Measures silence.</param>
internal sealed class StreamDialer(Uri? proxy, TimeProvider clock)
{
    private const int LongestHeader = 16 * 1024;
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3

    /// <summary>Opens the connection on the calling thread.</summary>
    /// <param name="address">A ws or wss address.</param>
    /// <param name="opened">Told of the socket as soon as there is one, so that another thread can abort the attempt by disposing it.</param>
    /// <exception cref="IOException">The handshake was refused; the message has the answer's first line.</exception>
    /// <exception cref="SocketException">There is no connection.</exception>
    public ReadAheadStream Dial(Uri address, Action<Socket> opened)
    {
        var target = proxy ?? address;
        var socket = Connect(target.Host, target.Port, opened);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (proxy is not null)
            {
                ProxyTunnel.Open(stream, proxy, address);
            }

            if (address.Scheme is "wss" or "https")
            {
                var tls = new SslStream(stream, leaveInnerStreamOpen: false);
                stream = tls;
                tls.AuthenticateAsClient(address.IdnHost);
            }

            var ahead = new ReadAheadStream(stream, clock);
            Shake(ahead, address);
            return ahead;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static Socket Connect(string host, int port, Action<Socket> opened)
    {
        SocketException? last = null;
        foreach (var candidate in IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : Dns.GetHostAddresses(host))
        {
            var socket = new Socket(candidate.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                opened(socket);
                socket.Connect(candidate, port);
                return socket;
            }
            catch (SocketException exception)
            {
                last = exception;
                socket.Dispose();
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static void Shake(ReadAheadStream stream, Uri address)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var host = address.IsDefaultPort ? address.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{address.IdnHost}:{address.Port}");
        stream.Write(Encoding.ASCII.GetBytes(
            $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nUser-Agent: OhlcvConnector\r\n\r\n"));
        var lines = ReadHeader(stream).Split("\r\n");
        if (!lines[0].StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            throw new IOException($"The WebSocket handshake was refused: {lines[0]}");
        }

#pragma warning disable CA5350 // RFC 6455 wants SHA-1 here; it protects nothing
        var expected = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
#pragma warning restore CA5350
        if (!lines.Any(line => line.StartsWith("Sec-WebSocket-Accept:", StringComparison.OrdinalIgnoreCase) && line[21..].Trim() == expected))
        {
            throw new IOException("The answer to the WebSocket handshake does not fit its question.");
        }
    }

    /// <summary>Reads up to the empty line, bounded.</summary>
    public static string ReadHeader(Stream stream)
    {
        var header = new StringBuilder(512);
        Span<byte> one = stackalloc byte[1];
        while (header.Length < LongestHeader)
        {
            if (stream.Read(one) == 0)
            {
                throw new IOException("The connection ended during the handshake.");
            }

            header.Append((char)one[0]);
            if (one[0] == '\n' && header.Length >= 4 && header[^4] == '\r' && header[^3] == '\n' && header[^2] == '\r')
            {
                return header.ToString(0, header.Length - 4);
            }
        }

        throw new IOException($"The answer to the handshake is longer than {LongestHeader} bytes.");
    }
}
