using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>One request as it came.</summary>
internal sealed record HttpCall(string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public bool IsUpgrade => Headers.TryGetValue("Upgrade", out var to) && to.Equals("websocket", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What is written back, byte by byte if need be.</summary>
internal sealed record HttpAnswer(int Status, byte[] Body)
{
    public string ContentType { get; init; } = "application/json";

    public List<(string Name, string Value)> Headers { get; init; } = [];

    public DateTimeOffset? Date { get; init; }

    public bool IsChunked { get; init; }

    /// <summary>The connection ends after it.</summary>
    public bool ClosesAfter { get; init; }

    /// <summary>How many bytes of the body are sent before the connection is reset; null for all, and no reset.</summary>
    public int? CutAfter { get; init; }

    public static HttpAnswer Json(string text, int status = 200) => new(status, Encoding.UTF8.GetBytes(text));

    public static HttpAnswer Html(int status) =>
        new(status, Encoding.UTF8.GetBytes(
            $"<html>\r\n<head><title>{status}</title></head>\r\n<body><center><h1>{status}</h1></center></body>\r\n</html>\r\n"))
        { ContentType = "text/html" };
}

/// <summary>One TCP connection of a client: reads requests and frames, writes anything.</summary>
internal sealed class Peer(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[16_384];
    private int _at;
    private int _filled;

    public async ValueTask<byte> ReadByteAsync(CancellationToken token)
    {
        if (_at == _filled)
        {
            _filled = await socket.ReceiveAsync(_buffer, token);
            _at = 0;
            if (_filled == 0)
            {
                throw new EndOfStreamException();
            }
        }

        return _buffer[_at++];
    }

    public async Task<byte[]> ReadAsync(int count, CancellationToken token)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count; at++)
        {
            bytes[at] = await ReadByteAsync(token);
        }

        return bytes;
    }

    public async Task<string> ReadLineAsync(CancellationToken token)
    {
        var line = new StringBuilder();
        while (true)
        {
            var letter = (char)await ReadByteAsync(token);
            if (letter == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(letter);
            if (line.Length > 65_536)
            {
                throw new InvalidDataException("a line without end");
            }
        }
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, token)..];
        }
    }

    /// <summary>Ends it by RST.</summary>
    public void Reset()
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // it is gone already
        }

        socket.Dispose();
    }

    /// <summary>Ends it by FIN.</summary>
    public void Dispose() => socket.Dispose();
}

/// <summary>An HTTP server on loopback, on bare sockets so that it can misbehave in every way.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly Func<HttpCall, CancellationToken, Task<HttpAnswer?>> _answer;
    private readonly Func<HttpCall, Peer, CancellationToken, Task> _upgrade;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Socket? _listener;

    /// <param name="answer">Answers a request; null resets the connection.</param>
    /// <param name="upgrade">Serves a WebSocket from its handshake on.</param>
    public LoopbackServer(Func<HttpCall, CancellationToken, Task<HttpAnswer?>> answer, Func<HttpCall, Peer, CancellationToken, Task> upgrade)
    {
        (_answer, _upgrade) = (answer, upgrade);
        Listen();
    }

    public int Port { get; private set; }

    public Uri Address => new($"http://127.0.0.1:{Port}");

#pragma warning disable CA5350 // the handshake of RFC 6455 wants SHA-1
    public static string AcceptOf(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
#pragma warning restore CA5350

    /// <summary>Refuses connections until <see cref="Listen"/>; those that there are stay.</summary>
    public void StopListening()
    {
        lock (_lock)
        {
            _listener?.Dispose();
            _listener = null;
        }
    }

    public void Listen()
    {
        lock (_lock)
        {
            if (_listener is not null || _stop.IsCancellationRequested)
            {
                return;
            }

            _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
            _listener.Listen(512);
            Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
            _ = AcceptAsync(_listener);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        StopListening();
    }

    private static byte[] Head(HttpAnswer answer)
    {
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} Answer\r\nContent-Type: {answer.ContentType}\r\n");
        if (answer.Date is { } date)
        {
            head.Append(CultureInfo.InvariantCulture, $"Date: {date.UtcDateTime:R}\r\n");
        }

        foreach (var (name, value) in answer.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        head.Append(answer.IsChunked ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {answer.Body.Length}\r\n");
        head.Append(answer.ClosesAfter ? "Connection: close\r\n\r\n" : "\r\n");
        return Encoding.ASCII.GetBytes(head.ToString());
    }

    private static async Task WriteAsync(Peer peer, HttpAnswer answer, CancellationToken token)
    {
        var head = Head(answer);
        if (answer.CutAfter is { } cut)
        {
            await peer.WriteAsync((byte[])[.. head, .. answer.Body.AsSpan(0, Math.Min(cut, answer.Body.Length))], token);
        }
        else if (answer.IsChunked)
        {
            await peer.WriteAsync(head, token);
            for (var at = 0; at < answer.Body.Length; at += 997)
            {
                var part = answer.Body.AsMemory(at, Math.Min(997, answer.Body.Length - at));
                await peer.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"), .. part.Span, .. "\r\n"u8], token);
            }

            await peer.WriteAsync("0\r\n\r\n"u8.ToArray(), token);
        }
        else
        {
            await peer.WriteAsync((byte[])[.. head, .. answer.Body], token);
        }
    }

    private static async Task<HttpCall> ReadAsync(Peer peer, CancellationToken token)
    {
        var words = (await peer.ReadLineAsync(token)).Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await peer.ReadLineAsync(token) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var body = new StringBuilder();
        if (headers.TryGetValue("Content-Length", out var length))
        {
            body.Append(Encoding.UTF8.GetString(await peer.ReadAsync(int.Parse(length, CultureInfo.InvariantCulture), token)));
        }
        else if (headers.ContainsKey("Transfer-Encoding"))
        {
            while (int.Parse(await peer.ReadLineAsync(token), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var size and > 0)
            {
                body.Append(Encoding.UTF8.GetString(await peer.ReadAsync(size, token)));
                await peer.ReadLineAsync(token);
            }

            await peer.ReadLineAsync(token);
        }

        var target = words[1].Split('?', 2);
        var query = (target.Length > 1 ? target[1].Split('&', StringSplitOptions.RemoveEmptyEntries) : []).Select(pair => pair.Split('=', 2))
            .GroupBy(pair => Uri.UnescapeDataString(pair[0]))
                .ToDictionary(group => group.Key, group => Uri.UnescapeDataString(group.Last().ElementAtOrDefault(1) ?? ""));
        return new HttpCall(words[0], target[0], query, headers, body.ToString());
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(_stop.Token);
                socket.NoDelay = true;
                _ = Task.Run(() => ServeAsync(new Peer(socket)));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // no longer listening
        }
    }

    private async Task ServeAsync(Peer peer)
    {
        using (peer)
        {
            try
            {
                while (true)
                {
                    var call = await ReadAsync(peer, _stop.Token);
                    if (call.IsUpgrade)
                    {
                        await _upgrade(call, peer, _stop.Token);
                        return;
                    }

                    var answer = await _answer(call, _stop.Token);
                    if (answer is not null)
                    {
                        await WriteAsync(peer, answer, _stop.Token);
                    }

                    if (answer is null or { CutAfter: not null })
                    {
                        peer.Reset();
                        return;
                    }

                    if (answer.ClosesAfter)
                    {
                        return;
                    }
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
            {
                // the client left, or the server does
            }
        }
    }
}

/// <summary>Builds WebSocket frames as a server sends them.</summary>
internal static class Frames
{
    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool isLast = true)
    {
        Span<byte> head = stackalloc byte[10];
        head[0] = (byte)((isLast ? 0x80 : 0) | opcode);
        var length = 2;
        if (payload.Length < 126)
        {
            head[1] = (byte)payload.Length;
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            head[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)payload.Length);
            length = 4;
        }
        else
        {
            head[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(head[2..], (ulong)payload.Length);
            length = 10;
        }

        return [.. head[..length], .. payload];
    }

    public static byte[] Text(string text) => Frame(1, Encoding.UTF8.GetBytes(text));

    public static byte[] Close(int? code)
    {
        Span<byte> payload = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)(code ?? 0));
        return Frame(8, code is null ? [] : payload);
    }
}
