using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using OhlcvConnector.Benchmarks.Ingest;

namespace OhlcvConnector.Benchmarks.Downloading;

/// <summary>
/// A venue's history, as cheap as can be: encoded rows, a thread for each connection. A process of its own; the first line that it writes is its port.
/// </summary>
internal static partial class HistoryServer
{
    /// <summary>Serves until the process is ended.</summary>
    /// <param name="venue">The venue.</param>
    /// <param name="delay">Time that each answer waits.</param>
    public static void Run(string venue, TimeSpan delay)
    {
        var pages = new HistoryPages(venue);
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        while (true)
        {
            var socket = listener.AcceptSocket();
            socket.NoDelay = true;
            new Thread(() => Serve(socket, pages, delay)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket socket, HistoryPages pages, TimeSpan delay)
    {
        try
        {
            using (socket)
            {
                while (ReadRequest(socket) is { } request)
                {
                    List<ArraySegment<byte>> body = request.Contains("exchangeInfo", StringComparison.Ordinal) ? [Listing] : pages.Answer(request);
                    LoadServer.Sleep(delay);
                    socket.Send([Encoding.ASCII.GetBytes(string.Create(
                        CultureInfo.InvariantCulture,
                        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Sum(part => part.Count)}\r\n\r\n")), .. body]);
                }
            }
        }
        catch (SocketException)
        {
            // the client left
        }
    }

    /// <summary>The target of a request, and what it posts; null when the client has left.</summary>
    private static string? ReadRequest(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var count = socket.Receive(buffer);
            if (count == 0)
            {
                return null;
            }

            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            var request = text.ToString();
            var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                continue;
            }

            var posted = Length().Match(request) is { Success: true } length ? int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
            if (request.Length >= end + 4 + posted)
            {
                return request[..request.IndexOf("\r\n", StringComparison.Ordinal)] + request[(end + 4)..];
            }
        }
    }

    private static byte[] Listing { get; } =
        """{"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT"}]}"""u8.ToArray();

    [GeneratedRegex("Content-Length: *([0-9]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Length();
}
