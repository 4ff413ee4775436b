using System.Net.WebSockets;
using System.Text;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.ServerTests;

/// <summary>Takes <see cref="Room"/> bytes at once, and the rest only after <see cref="Release"/>.</summary>
internal sealed class TightWire : IWire
{
    private readonly List<byte> _bytes = [];
    private TaskCompletionSource _released = NewRelease();
    private int _sends;

    public bool IsOpen => true;

    public int Room { get; set; } = int.MaxValue;

    /// <summary>Called before each send, once.</summary>
    public Action? BeforeSend { get; set; }

    /// <summary>How often it was asked to take something at once.</summary>
    public int Sends => Volatile.Read(ref _sends);

    public int Taken
    {
        get
        {
            lock (_bytes)
            {
                return _bytes.Count;
            }
        }
    }

    /// <summary>The texts of the frames that are whole.</summary>
    public List<string> Words
    {
        get
        {
            lock (_bytes)
            {
                var words = new List<string>();
                var bytes = _bytes.ToArray().AsSpan();
                while (bytes.Length > 1)
                {
                    var (header, length) = bytes[1] < 126 ? (2, bytes[1]) : (4, (bytes[2] << 8) | bytes[3]);
                    if (header + length > bytes.Length)
                    {
                        break;
                    }

                    words.Add(Encoding.ASCII.GetString(bytes.Slice(header, length)));
                    bytes = bytes[(header + length)..];
                }

                return words;
            }
        }
    }

    /// <summary>The texts of the frames that are whole, as a client of the framework reads them that has agreed to compression.</summary>
    public async Task<List<string>> UnpackAsync()
    {
        MemoryStream bytes;
        lock (_bytes)
        {
            bytes = new MemoryStream([.. _bytes]);
        }

        using var reader = WebSocket.CreateFromStream(bytes, new WebSocketCreationOptions { DangerousDeflateOptions = new() { ServerMaxWindowBits = 12 } });
        var words = new List<string>();
        var buffer = new byte[1024 * 1024];
        try
        {
            while (await reader.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: WebSocketMessageType.Text } message)
            {
                var length = message.Count;
                while (!message.EndOfMessage)
                {
                    message = await reader.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += message.Count;
                }

                words.Add(Encoding.ASCII.GetString(buffer, 0, length));
            }
        }
        catch (WebSocketException exception) when (exception.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely)
        {
            // that was all
        }

        return words;
    }

    /// <summary>Takes so few bytes from now on.</summary>
    public void Tighten(int room)
    {
        if (_released.Task.IsCompleted)
        {
            Volatile.Write(ref _released, NewRelease());
        }

        Room = room;
    }

    public void Release()
    {
        Room = int.MaxValue;
        Volatile.Read(ref _released).TrySetResult();
    }

    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        Interlocked.Increment(ref _sends);
        var before = BeforeSend;
        BeforeSend = null;
        before?.Invoke();
        var taken = Math.Min(bytes.Length, Room);
        Take(bytes[..taken]);
        return taken;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await Volatile.Read(ref _released).Task.WaitAsync(cancellationToken);
        Take(bytes.Span);
    }

    private static TaskCompletionSource NewRelease() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Take(ReadOnlySpan<byte> bytes)
    {
        lock (_bytes)
        {
            _bytes.AddRange(bytes);
        }
    }
}
