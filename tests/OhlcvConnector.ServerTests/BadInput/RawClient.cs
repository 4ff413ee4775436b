using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace OhlcvConnector.ServerTests.BadInput;

/// <summary>A peer that keeps no rule: bytes on a socket.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    private readonly TcpClient _client = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(30));
    private NetworkStream? _stream;

    /// <summary>The head of the handshake's answer.</summary>
    public string Answer { get; private set; } = "";

    public static async Task<RawClient> DialAsync(Uri address)
    {
        var raw = new RawClient();
        await raw._client.ConnectAsync(address.Host, address.Port, raw._patience.Token);
        raw._stream = raw._client.GetStream();
        return raw;
    }

    public static async Task<RawClient> OpenAsync(Uri address, string extra = "")
    {
        var raw = await DialAsync(address);
        await raw.RequestAsync(
            $"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\n{extra}\r\n");
        return raw;
    }

    /// <summary>Sends a request and reads the head of its answer; empty when the server hangs up without one.</summary>
    public async Task RequestAsync(string request)
    {
        await SendAsync(Encoding.ASCII.GetBytes(request));
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await ReadAsync(one) == 1)
        {
            head.Append((char)one[0]);
        }

        Answer = head.ToString();
    }

    public Task SendAsync(params byte[] bytes) => _stream!.WriteAsync(bytes, _patience.Token).AsTask();

    /// <summary>Sends a frame: its first byte as it is, masked (with zeros) unless told otherwise.</summary>
    public Task FrameAsync(byte first, byte[] payload, bool masked = true)
    {
        var mask = masked ? 0x80 : 0;
        byte[] header = payload.Length < 126
            ? [first, (byte)(mask | payload.Length)]
            : [first, (byte)(mask | 126), (byte)(payload.Length >> 8), (byte)payload.Length];
        return SendAsync([.. header, .. masked ? new byte[4] : [], .. payload]);
    }

    /// <summary>The next frame; kind 0 when the server hung up.</summary>
    public async Task<(int Kind, byte[] Payload)> ReadFrameAsync()
    {
        var (first, payload) = await ReadWholeFrameAsync();
        return (first & 0x0F, payload);
    }

    /// <summary>The next frame, its first byte as it is; 0 when the server hung up.</summary>
    public async Task<(int First, byte[] Payload)> ReadWholeFrameAsync()
    {
        var header = new byte[2];
        if (await ReadAsync(header) < 2)
        {
            return (0, []);
        }

        var length = header[1] & 0x7F;
        if (length == 126)
        {
            var more = new byte[2];
            await ReadAsync(more);
            length = BinaryPrimitives.ReadUInt16BigEndian(more);
        }

        var payload = new byte[length];
        await ReadAsync(payload);
        return (header[0], payload);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _patience.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<int> ReadAsync(byte[] buffer)
    {
        try
        {
            return await _stream!.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, _patience.Token);
        }
        catch (IOException)
        {
            return 0; // reset
        }
    }
}
