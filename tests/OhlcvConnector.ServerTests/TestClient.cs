using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace OhlcvConnector.ServerTests;

/// <summary>A WebSocket client that says text and reads JSON, with patience.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(40));
    private readonly byte[] _buffer = new byte[4 * 1024 * 1024];

    private TestClient(ClientWebSocket socket) => _socket = socket;

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public ClientWebSocket Socket => _socket;

    public static async Task<TestClient> ConnectAsync(Uri address, Action<ClientWebSocket>? configure = null)
    {
        var socket = new ClientWebSocket();
        configure?.Invoke(socket);
        var client = new TestClient(socket);
        await socket.ConnectAsync(address, client._patience.Token);
        return client;
    }

    public Task SayAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _patience.Token);

    public Task SayAsync(byte[] bytes, WebSocketMessageType type, bool isLast = true) => _socket.SendAsync(bytes, type, isLast, _patience.Token);

    /// <summary>The next message; null when the server closed.</summary>
    public async Task<JsonElement?> ReadAsync()
    {
        var length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(_buffer.AsMemory(length), _patience.Token);
            length += part.Count;
        }
        while (!part.EndOfMessage);
        if (part.MessageType == WebSocketMessageType.Close)
        {
            return null;
        }

        using var document = JsonDocument.Parse(_buffer.AsMemory(0, length));
        return document.RootElement.Clone();
    }

    /// <summary>The next message of a type; others are passed over.</summary>
    public async Task<JsonElement> ReadAsync(string type)
    {
        while (await ReadAsync() is { } message)
        {
            if (message.Text("type") == type)
            {
                return message;
            }
        }

        throw new InvalidOperationException($"The server closed with {CloseStatus} '{CloseReason}' before a message of type {type}.");
    }

    /// <summary>Reads on until the server closes; everything that came.</summary>
    public async Task<List<JsonElement>> ReadToEndAsync()
    {
        var all = new List<JsonElement>();
        while (await ReadAsync() is { } message)
        {
            all.Add(message);
        }

        return all;
    }

    public async Task CloseAsync()
    {
        await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, _patience.Token);
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _patience.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Reads fields of messages.</summary>
internal static class Messages
{
    public static string? Text(this JsonElement message, string name) =>
        message.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;

    public static DateTimeOffset Time(this JsonElement message, string name) => message.GetProperty(name).GetDateTimeOffset();

    public static bool Flag(this JsonElement message, string name) => message.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
