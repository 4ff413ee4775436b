using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OhlcvConnector.Testing;

/// <summary>
/// A small venue on loopback that does what a test says: REST and WebSocket on one port, by hand, so that it can be as unkind as it has to be.
/// </summary>
internal sealed class LoopbackVenue : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _clients = new();
    private readonly ConcurrentQueue<LoopbackRequest> _requests = new();
    private TcpListener? _listener;
    private readonly int _port = LoopbackPort.Reserve();

    private readonly X509Certificate2? _certificate;

    public LoopbackVenue(IPAddress? address = null, X509Certificate2? certificate = null)
    {
        Host = address ?? IPAddress.Loopback;
        _certificate = certificate;
        Open();
    }

    public IPAddress Host { get; }

    public int Port => _port;

    public Uri Address =>
        new($"{(_certificate is null ? "http" : "https")}://{(Host.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Host}]" : Host.ToString())}:{_port}");

    /// <summary>Answers a request, a handshake too: null accepts a handshake, and answers 404 to anything else.</summary>
    public Func<LoopbackRequest, LoopbackAnswer?> Answer { get; set; } = _ => null;

    /// <summary>What a stream does from its handshake to its end.</summary>
    public Func<LoopbackStream, Task> Stream { get; set; } = stream => stream.ReadToEndAsync();

    public IReadOnlyCollection<LoopbackRequest> Requests => _requests;

    public IReadOnlyCollection<LoopbackRequest> Handshakes => [.. _requests.Where(request => request.IsHandshake)];

    /// <summary>Cuts all connections, and refuses new ones.</summary>
    public void Close()
    {
        _listener?.Stop();
        foreach (var client in _clients.Keys)
        {
            client.Client?.Close(0); // null when it has just ended by itself
        }
    }

    /// <summary>Accepts connections, on the same port as ever.</summary>
    public void Open()
    {
        _listener = new TcpListener(Host, _port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Close();
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // closed
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        _clients[client] = true;
        try
        {
            var stream = await OpenAsync(client);
            while (await LoopbackRequest.ReadAsync(stream) is { } request)
            {
                _requests.Enqueue(request);
                var answer = Answer(request);
                if (request.IsHandshake && answer is null)
                {
                    await AcceptAsync(stream, request);
                    using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
                    using var served = new LoopbackStream(socket, client);
                    await Stream(served);
                    return;
                }

                await (answer ?? new LoopbackAnswer(404)).WriteAsync(stream);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or WebSocketException
            or InvalidOperationException or AuthenticationException)
        {
            // one of the two left
        }
        finally
        {
            _clients.TryRemove(client, out _);
            client.Dispose();
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_certificate is null)
        {
            return client.GetStream();
        }

        var encrypted = new SslStream(client.GetStream());
        await encrypted.AuthenticateAsServerAsync(_certificate);
        return encrypted;
    }

    private static async Task AcceptAsync(Stream stream, LoopbackRequest request)
    {
#pragma warning disable CA5350 // RFC 6455 wants SHA-1
        var accept = Convert.ToBase64String(
            SHA1.HashData(Encoding.ASCII.GetBytes(request.Headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
    }
}

/// <summary>What was asked.</summary>
internal sealed record LoopbackRequest(string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public bool IsHandshake => Headers.ContainsKey("Sec-WebSocket-Key");

    public static async Task<LoopbackRequest?> ReadAsync(Stream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                return null;
            }

            text.Append((char)one[0]);
        }

        var lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body);
        return new LoopbackRequest(lines[0].Split(' ')[1], headers, Encoding.UTF8.GetString(body));
    }
}

/// <summary>What is answered.</summary>
internal sealed record LoopbackAnswer(int Status, string Body = "", params string[] Headers)
{
    public async Task WriteAsync(Stream stream)
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var headers = string.Concat(Headers.Select(header => header + "\r\n"));
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {Status} -\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{headers}\r\n"));
        await stream.WriteAsync(body);
    }
}

/// <summary>A stream at its venue's end.</summary>
internal sealed class LoopbackStream(WebSocket socket, TcpClient client) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly SemaphoreSlim _sending = new(1, 1);

    public WebSocketState State => socket.State;

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>The next text; null when the other side has left with a close frame.</summary>
    public async Task<string?> ReadAsync()
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(_buffer, 0, length);
            }
        }
    }

    /// <summary>Reads and forgets until the other side leaves, and answers its close frame.</summary>
    public async Task ReadToEndAsync()
    {
        while (await ReadAsync() is not null)
        {
            // forgotten
        }

        await CloseAsync(WebSocketCloseStatus.NormalClosure);
    }

    public async Task SendAsync(string text)
    {
        await _sending.WaitAsync();
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends a close frame.</summary>
    public Task CloseAsync(WebSocketCloseStatus status) => socket.CloseOutputAsync(status, null, CancellationToken.None);

    /// <summary>Ends the connection without a word.</summary>
    public void Cut() => client.Client?.Close(0);

    public void Dispose() => _sending.Dispose();
}
