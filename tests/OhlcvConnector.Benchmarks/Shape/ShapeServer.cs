using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using OhlcvConnector.Benchmarks.Ingest;

namespace OhlcvConnector.Benchmarks.Shape;

/// <summary>
/// The streams of all venues, encrypted, each on a port of its own: sends candles of what was subscribed, one after the other at a pace. A process of its own;
/// the first line that it writes has its ports.
/// </summary>
internal static partial class ShapeServer
{
    /// <summary>Serves until the process is ended.</summary>
    /// <param name="rate">Messages a second on each connection.</param>
    public static void Run(double rate)
    {
        var certificate = NewCertificate();
        var listeners = ShapeVenue.All.Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        Console.WriteLine(string.Join(',', listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)));
        var threads = listeners.Select((listener, place) => new Thread(() => Accept(listener, ShapeVenue.All[place], certificate, rate))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    private static void Accept(TcpListener listener, ShapeVenue venue, X509Certificate2 certificate, double rate)
    {
        while (true)
        {
            var socket = listener.AcceptSocket();
            socket.NoDelay = true;
            new Thread(() => ServeAsync(socket, venue, certificate, rate).GetAwaiter().GetResult()) { IsBackground = true }.Start();
        }
    }

    private static async Task ServeAsync(Socket socket, ShapeVenue venue, X509Certificate2 certificate, double rate)
    {
        try
        {
            await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsServerAsync(certificate);
            var buffer = new byte[16 * 1024];
            var request = Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
            if (!Key().IsMatch(request))
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"u8.ToArray());
                return;
            }

#pragma warning disable CA5350 // RFC 6455 wants SHA-1 here; it protects nothing
            var answer = Encoding.ASCII.GetBytes(Key().Match(request).Groups[1].Value + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
            var accept = Convert.ToBase64String(SHA1.HashData(answer));
#pragma warning restore CA5350
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
            using var webSocket = WebSocket.CreateFromStream(stream, isServer: true, subProtocol: null, TimeSpan.Zero);
            await ConverseAsync(webSocket, venue, rate);
        }
        catch (Exception exception) when (exception is IOException or WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // the client left
        }
    }

    private static async Task ConverseAsync(WebSocket webSocket, ShapeVenue venue, double rate)
    {
        var (coins, gate) = (new List<string>(), new Lock());
        var buffer = new byte[64 * 1024];
        var isOver = false;
        Thread? sender = null;
        while (await webSocket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: WebSocketMessageType.Text, Count: var count })
        {
            var message = Encoding.UTF8.GetString(buffer, 0, count);
            lock (gate)
            {
                coins.AddRange(ShapeVenue.Names(message));
                foreach (var answer in venue.Answers(message))
                {
                    Send(webSocket, Encoding.UTF8.GetBytes(answer));
                }
            }

            if (sender is null)
            {
                sender = new Thread(SendCandles) { IsBackground = true };
                sender.Start();
            }
        }

        isOver = true;

        void SendCandles()
        {
            var random = new Random(1);
            var start = Stopwatch.GetTimestamp();
            for (long sent = 0; !Volatile.Read(ref isOver);)
            {
                LoadServer.Sleep(TimeSpan.FromSeconds((sent + 1) / rate) - Stopwatch.GetElapsedTime(start));
                lock (gate)
                {
                    if (coins.Count > 0 && webSocket.State == WebSocketState.Open)
                    {
                        Send(webSocket, venue.Candle(coins[(int)(sent % coins.Count)], random));
                    }
                }

                sent++;
            }
        }
    }

    private static void Send(WebSocket webSocket, byte[] text)
    {
        try
        {
            webSocket.SendAsync(text.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is IOException or WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            webSocket.Abort(); // the client left
        }
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    [GeneratedRegex("Sec-WebSocket-Key: *([^\r]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
