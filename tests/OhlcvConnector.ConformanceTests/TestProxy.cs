using System.Net;
using System.Net.Sockets;
using System.Text;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ConformanceTests;

/// <summary>
/// A proxy on loopback: HTTP (CONNECT, and whole addresses in the request line) and SOCKS5, told apart by the first byte; with a password if one is given.
/// </summary>
internal sealed class TestProxy(string? password = null) : LoopbackProxy
{
    private int _tunnels;

    public int Tunnels => Volatile.Read(ref _tunnels);

    protected override async Task CarryAsync(TcpClient near)
    {
        var stream = near.GetStream();
        var first = new byte[1];
        await stream.ReadExactlyAsync(first, Stopped);
        await (first[0] == 5 ? ServeSocksAsync(stream) : ServeHttpAsync(stream, (char)first[0]));
    }

    private async Task ServeSocksAsync(NetworkStream stream)
    {
        var methods = new byte[await ByteAsync(stream)];
        await stream.ReadExactlyAsync(methods, Stopped);
        await stream.WriteAsync(new byte[] { 5, (byte)(password is null ? 0 : 2) }, Stopped);
        if (password is not null)
        {
            await ByteAsync(stream);
            await TextAsync(stream, await ByteAsync(stream));
            var isRight = await TextAsync(stream, await ByteAsync(stream)) == password;
            await stream.WriteAsync(new byte[] { 1, (byte)(isRight ? 0 : 1) }, Stopped);
        }

        var head = new byte[4];
        await stream.ReadExactlyAsync(head, Stopped);
        var host = head[3] == 1 ? new IPAddress(await BytesAsync(stream, 4)).ToString() : await TextAsync(stream, await ByteAsync(stream));
        var port = (await ByteAsync(stream) << 8) + await ByteAsync(stream);
        await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, Stopped);
        await ConnectAsync(stream, host, port, ReadOnlyMemory<byte>.Empty);
    }

    private async Task ServeHttpAsync(NetworkStream stream, char first)
    {
        var header = new StringBuilder().Append(first);
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            header.Append((char)await ByteAsync(stream));
        }

        var text = header.ToString();
        if (password is not null && !text.Contains(
            "Proxy-Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:" + password)), StringComparison.OrdinalIgnoreCase))
        {
            await stream.WriteAsync(
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), Stopped);
            await ServeHttpAsync(stream, (char)await ByteAsync(stream));
            return;
        }

        var line = text.Split(' ');
        if (line[0] == "CONNECT")
        {
            var target = line[1].Split(':');
            await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), Stopped);
            await ConnectAsync(stream, target[0], int.Parse(target[1]), ReadOnlyMemory<byte>.Empty);
            return;
        }

        var address = new Uri(line[1]);
        await ConnectAsync(stream, address.Host, address.Port, Encoding.ASCII.GetBytes(text.Replace(line[1], address.PathAndQuery, StringComparison.Ordinal)));
    }

    private async Task ConnectAsync(NetworkStream near, string host, int port, ReadOnlyMemory<byte> first)
    {
        using var far = new TcpClient();
        await far.ConnectAsync(host, port, Stopped);
        Interlocked.Increment(ref _tunnels);
        await far.GetStream().WriteAsync(first, Stopped);
        await RelayAsync(near, far.GetStream());
    }

    private async Task<byte[]> BytesAsync(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, Stopped);
        return bytes;
    }

    private async Task<int> ByteAsync(NetworkStream stream) => (await BytesAsync(stream, 1))[0];

    private async Task<string> TextAsync(NetworkStream stream, int count) => Encoding.UTF8.GetString(await BytesAsync(stream, count));
}
