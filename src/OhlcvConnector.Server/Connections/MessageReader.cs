using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;

namespace OhlcvConnector.Server.Connections;

/// <summary>Reads a client's messages into a buffer that grows up to a limit, and what they say as JSON.</summary>
/// <param name="socket">The client's socket.</param>
/// <param name="maxBytes">The largest number of bytes that a message may have.</param>
internal sealed class MessageReader(WebSocket socket, int maxBytes) : IDisposable
{
    private const int SmallestBuffer = 1024;
    private const int DeepestJson = 16;
    private const int UsualText = 256; // bytes: so long a text is looked at without allocating one
    private const int MaxParts = 10_000; // of one message: empty ones have no length

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SmallestBuffer);
    private int _length;

    /// <summary>The message that was read last; good until the next one is read.</summary>
    public ReadOnlySpan<byte> Message => _buffer.AsSpan(0, _length);

    /// <summary>Reads a message.</summary>
    /// <returns>The type of the message; null when it is longer than is allowed.</returns>
    public async Task<WebSocketMessageType?> ReadAsync(CancellationToken cancellationToken)
    {
        _length = 0;
        for (var parts = 1; parts <= MaxParts; parts++)
        {
            if (_length == _buffer.Length)
            {
                Grow();
            }

            var part = await socket.ReceiveAsync(_buffer.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            _length += part.Count;
            if (_length > maxBytes)
            {
                return null;
            }

            if (part.EndOfMessage)
            {
                return part.MessageType;
            }
        }

        return null;
    }

    /// <summary>Reads on until the peer closes, too, after we closed.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken).ConfigureAwait(false); // what was on its way
        }
        while (part.MessageType != WebSocketMessageType.Close);
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>Reads a message as JSON; null when it is none, is nested too deeply, or has a string that is no valid Unicode.</summary>
    public static JsonElement? Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            var options = new JsonReaderOptions { MaxDepth = DeepestJson };
            var strings = new Utf8JsonReader(message, options);
            Span<char> scratch = stackalloc char[UsualText];
            while (strings.Read())
            {
                if (strings.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    // throws at half a surrogate pair, or what is no UTF-8, which else would throw wherever the string is read
                    _ = strings.ValueSpan.Length <= UsualText ? strings.CopyString(scratch) : strings.GetString()!.Length;
                }
            }

            var reader = new Utf8JsonReader(message, options);
            var element = JsonElement.ParseValue(ref reader);
            return reader.Read() ? null : element;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null; // the sender is told
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 2, maxBytes + 1));
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
