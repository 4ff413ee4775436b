using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <summary>Asks a proxy for a connection to somewhere else: HTTP CONNECT, or SOCKS5 (RFC 1928, password by RFC 1929).</summary>
internal static class ProxyTunnel
{
    /// <summary>Opens the tunnel on a connection to the proxy.</summary>
    /// <exception cref="IOException">The proxy refused; the message says why.</exception>
    public static void Open(Stream stream, Uri proxy, Uri target)
    {
        if (proxy.Scheme.StartsWith("socks5", StringComparison.OrdinalIgnoreCase))
        {
            OpenSocks(stream, proxy, target);
        }
        else
        {
            OpenHttp(stream, proxy, target);
        }
    }

    private static void OpenHttp(Stream stream, Uri proxy, Uri target)
    {
        var host = string.Create(CultureInfo.InvariantCulture, $"{target.IdnHost}:{target.Port}");
        var credentials = proxy.UserInfo.Length == 0
            ? ""
            : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(proxy.UserInfo)))}\r\n";
        stream.Write(Encoding.ASCII.GetBytes($"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{credentials}\r\n"));
        var status = StreamDialer.ReadHeader(stream).Split("\r\n")[0];
        if (status.Split(' ') is not [_, "200", ..])
        {
            throw new IOException($"The proxy {proxy.Host} refused a tunnel to {host}: {status}");
        }
    }

    private static void OpenSocks(Stream stream, Uri proxy, Uri target)
    {
        var withPassword = proxy.UserInfo.Length > 0;
        stream.Write(withPassword ? [5, 1, 2] : [5, 1, 0]);
        Span<byte> answer = stackalloc byte[4];
        stream.ReadExactly(answer[..2]);
        if (answer[1] == 0xFF || (answer[1] == 2) != withPassword)
        {
            throw new IOException($"The proxy {proxy.Host} wants another kind of login.");
        }

        if (withPassword)
        {
            LogIn(stream, proxy);
        }

        var host = Encoding.ASCII.GetBytes(target.IdnHost);
        byte[] request = [5, 1, 0, 3, (byte)host.Length, .. host, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(request.Length - 2), (ushort)target.Port);
        stream.Write(request);
        stream.ReadExactly(answer);
        if (answer[1] != 0)
        {
            throw new IOException($"The proxy {proxy.Host} refused a tunnel to {target.Host}:{target.Port} (SOCKS5 reply {answer[1]}).");
        }

        Span<byte> bound = stackalloc byte[255 + 2];
        var length = answer[3] switch
        {
            1 => 4,
            4 => 16,
            _ => stream.ReadByte(),
        };
        stream.ReadExactly(bound[..(length + 2)]);
    }

    private static void LogIn(Stream stream, Uri proxy)
    {
        var parts = proxy.UserInfo.Split(':', 2);
        var user = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(parts[0]));
        var password = Encoding.UTF8.GetBytes(parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        stream.Write([1, (byte)user.Length, .. user, (byte)password.Length, .. password]);
        Span<byte> answer = stackalloc byte[2];
        stream.ReadExactly(answer);
        if (answer[1] != 0)
        {
            throw new IOException($"The proxy {proxy.Host} refused the name or the password.");
        }
    }
}
