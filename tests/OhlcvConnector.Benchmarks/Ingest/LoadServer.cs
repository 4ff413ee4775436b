using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace OhlcvConnector.Benchmarks.Ingest;

/// <summary>
/// As little of Binance as a client needs, as cheap as can be: a listing, no history, and a stream that sends encoded frames to whoever subscribes, at a pace
/// or as
/// fast as they are taken. A process of its own; the first line that it writes is its port.
/// </summary>
internal static partial class LoadServer
{
    private const int MaxAtOnce = 350; // about 128 KiB

    /// <summary>Serves until the process is ended.</summary>
    /// <param name="rate">Messages a second on each connection; 0 for as fast as they are taken.</param>
    public static void Run(int rate)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        while (true)
        {
            var socket = listener.AcceptSocket();
            socket.NoDelay = true;
            new Thread(() => Serve(socket, rate)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket socket, int rate)
    {
        try
        {
            using (socket)
            {
                var request = ReadHeader(socket);
                if (Key().Match(request) is { Success: true } key)
                {
                    Upgrade(socket, key.Groups[1].Value);
                    Send(socket, rate);
                }
                else
                {
                    Answer(socket, request.Contains("exchangeInfo", StringComparison.Ordinal) ? Listing() : "[]");
                }
            }
        }
        catch (SocketException)
        {
            // the client left
        }
    }

    private static void Send(Socket socket, int rate)
    {
        var today = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 86_400_000 * 86_400_000;
        var frames = new LoadFrames(today);
        var start = Stopwatch.GetTimestamp();
        for (long sent = 0; ;)
        {
            var due = rate == 0 ? long.MaxValue : (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * rate);
            if (due > sent)
            {
                var bytes = frames.Take(sent, (int)Math.Min(due - sent, MaxAtOnce), out var count);
                while (!bytes.IsEmpty)
                {
                    bytes = bytes[socket.Send(bytes)..];
                }

                sent += count;
            }
            else
            {
                Sleep(TimeSpan.FromSeconds((sent + 1) / (double)rate) - Stopwatch.GetElapsedTime(start));
            }
        }
    }

    /// <summary>Sleeps for parts of a millisecond, too, which the framework does not; a server that spins would take the client's core.</summary>
    public static void Sleep(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
        {
            var wanted = new TimeSpec { Seconds = (long)time.TotalSeconds, Nanoseconds = time.Ticks % TimeSpan.TicksPerSecond * 100 };
            _ = nanosleep(wanted, IntPtr.Zero);
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int nanosleep(in TimeSpec wanted, IntPtr left);

    private static string ReadHeader(Socket socket)
    {
        var header = new StringBuilder();
        var buffer = new byte[4096];
        do
        {
            var count = socket.Receive(buffer);
            if (count == 0)
            {
                break;
            }

            header.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        while (!header.ToString().Contains("\r\n\r\n", StringComparison.Ordinal));
        return header.ToString();
    }

    private static void Upgrade(Socket socket, string key)
    {
#pragma warning disable CA5350 // RFC 6455 wants SHA-1 here; it protects nothing
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        socket.Send(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        var id = Id().Match(ReadText(socket)).Groups[1].Value;
        var text = Encoding.ASCII.GetBytes($"{{\"result\":null,\"id\":{id}}}");
        socket.Send([0x81, (byte)text.Length, .. text]);
    }

    /// <summary>One masked frame, of which there is one: the subscription.</summary>
    private static string ReadText(Socket socket)
    {
        var head = ReadExactly(socket, 2);
        var length = head[1] & 127;
        if (length >= 126)
        {
            var longer = ReadExactly(socket, length == 126 ? 2 : 8);
            length = longer.Aggregate(0, (sum, value) => (sum << 8) | value);
        }

        var mask = ReadExactly(socket, 4);
        var body = ReadExactly(socket, length);
        return Encoding.UTF8.GetString([.. body.Select((value, i) => (byte)(value ^ mask[i % 4]))]);
    }

    private static byte[] ReadExactly(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var part = socket.Receive(bytes.AsSpan(read));
            read += part > 0 ? part : throw new SocketException((int)SocketError.ConnectionReset);
        }

        return bytes;
    }

    private static void Answer(Socket socket, string body) => socket.Send(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}")));

    private static string Listing() => $$"""{"symbols":[{{string.Join(',', VenueFrames.Symbols("binance").Select(symbol =>
        $$"""{"symbol":"{{symbol}}","status":"TRADING","baseAsset":"{{symbol[..^4]}}","quoteAsset":"USDT"}"""))}}]}""";

    [GeneratedRegex("Sec-WebSocket-Key: *([^\r]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex("\"id\":([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
