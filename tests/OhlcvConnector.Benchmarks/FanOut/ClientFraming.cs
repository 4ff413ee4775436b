using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>How a client finds messages in the bytes that come.</summary>
internal abstract class ClientFraming
{
    /// <summary>What is answered when it is subscribed.</summary>
    public bool IsSubscribed { get; protected set; }

    /// <summary>Whether the server said goodbye.</summary>
    public bool IsClosed { get; protected set; }

    /// <summary>What it says first, and where what the server answers to that ends.</summary>
    public abstract (byte[] Request, byte[] AnswerEnds, byte[] Then) Greeting { get; }

    /// <summary>The length of the first whole message; 0 when there is none.</summary>
    public abstract int LengthOf(ReadOnlySpan<byte> bytes);

    /// <summary>Looks at a whole message, and gives what is to be answered.</summary>
    public abstract byte[] Take(ReadOnlySpan<byte> message, DeliverySamples samples);
}

/// <summary>A WebSocket, which may have offered compression.</summary>
/// <param name="subscription">What it says first.</param>
/// <param name="offer">The extensions that it offers; empty for none.</param>
/// <param name="inflates">Whether it looks into compressed messages; else it counts them, which is nearly free.</param>
internal sealed class WebSocketFraming(byte[] subscription, string offer, bool inflates) : ClientFraming
{
    private const byte Text = 0x81;
    private const byte Packed = 0xC1;
    private const byte CloseFrame = 0x88;
    private const byte Ping = 0x89;
    private const byte Pong = 0x8A;
    private const byte Masked = 0x80;

    private readonly FrameInflater? _inflater = inflates ? new() : null;

    public override (byte[] Request, byte[] AnswerEnds, byte[] Then) Greeting => (
        Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{(offer.Length > 0 ? $"Sec-WebSocket-Extensions: {offer}\r\n" : "")}\r\n"),
        "\r\n\r\n"u8.ToArray(),
        [Text, Masked | 126, (byte)(subscription.Length >> 8), (byte)subscription.Length, 0, 0, 0, 0, .. subscription]);

    public override int LengthOf(ReadOnlySpan<byte> bytes)
    {
        var (header, size) = bytes.Length < 2 ? (2, 0)
            : bytes[1] < 126 ? (2, bytes[1])
            : bytes.Length < 4 ? (4, 0)
            : (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        return header + size <= bytes.Length ? header + size : 0;
    }

    public override byte[] Take(ReadOnlySpan<byte> message, DeliverySamples samples)
    {
        var payload = message[(message[1] < 126 ? 2 : 4)..];
        switch (message[0])
        {
            case Text when payload.StartsWith("{\"type\":\"quote\""u8):
                samples.Delivered(payload);
                break;
            case Text:
                IsSubscribed |= payload.StartsWith("{\"type\":\"ack\""u8);
                break;
            case Packed when _inflater is null:
                samples.Delivered();
                break;
            case Packed:
                payload = _inflater.Inflate(message);
                if (payload.StartsWith("{\"type\":\"quote\""u8))
                {
                    samples.Delivered(payload);
                }

                break;
            case Ping:
                return [Pong, (byte)(Masked | payload.Length), 0, 0, 0, 0, .. payload];
            case CloseFrame:
                IsClosed = true;
                break;
            default:
                break;
        }

        return [];
    }
}

/// <summary>A subscriber of redis or NATS, in their own protocols.</summary>
internal sealed class BrokerFraming(bool isRedis) : ClientFraming
{
    public override (byte[] Request, byte[] AnswerEnds, byte[] Then) Greeting => isRedis
        ? ("PING\r\n"u8.ToArray(), "+PONG\r\n"u8.ToArray(), Encoding.ASCII.GetBytes($"SUBSCRIBE {BrokerServer.Channel}\r\n"))
        : ("CONNECT {\"verbose\":false}\r\n"u8.ToArray(), "\r\n"u8.ToArray(), Encoding.ASCII.GetBytes($"SUB {BrokerServer.Channel} 1\r\nPING\r\n"));

    public override int LengthOf(ReadOnlySpan<byte> bytes)
    {
        var head = HeadOf(bytes);
        return head == 0 ? 0 : head + SizeOf(bytes[..head]) is var length && length <= bytes.Length ? length : 0;
    }

    public override byte[] Take(ReadOnlySpan<byte> message, DeliverySamples samples)
    {
        var head = HeadOf(message);
        if (message.Length > head)
        {
            samples.Delivered(message[head..]);
        }

        IsSubscribed |= message.StartsWith(isRedis ? "*3\r\n$9\r\nsubscribe"u8 : "PONG"u8);
        return message.StartsWith("PING"u8) ? "PONG\r\n"u8.ToArray() : [];
    }

    /// <summary>The bytes up to the payload, which are a line, and of redis six; 0 when they are not there yet.</summary>
    private int HeadOf(ReadOnlySpan<byte> bytes)
    {
        var (head, lines) = (0, isRedis ? 6 : 1);
        for (; lines > 0; lines--)
        {
            var end = bytes[head..].IndexOf((byte)'\n');
            if (end < 0)
            {
                return 0;
            }

            head += end + 1;
        }

        return head;
    }

    /// <summary>The length of the payload and the end of its line; 0 of what has none.</summary>
    private int SizeOf(ReadOnlySpan<byte> head)
    {
        var hasPayload = isRedis ? head.StartsWith("*3\r\n$7"u8) : head.StartsWith("MSG "u8);
        if (!hasPayload)
        {
            return 0;
        }

        var digits = head[..^2];
        digits = digits[(digits.LastIndexOf(isRedis ? (byte)'$' : (byte)' ') + 1)..];
        return int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) + 2;
    }
}

/// <summary>Inflates a connection's frames with the framework's own client.</summary>
#pragma warning disable CA1001 // lives as long as its process
internal sealed class FrameInflater
#pragma warning restore CA1001
{
    private readonly MemoryStream _frames = new();
    private readonly WebSocket _socket;
    private readonly byte[] _text = new byte[64 * 1024];

    public FrameInflater() => _socket = WebSocket.CreateFromStream(_frames, new WebSocketCreationOptions { DangerousDeflateOptions = new() });

    public ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> frame)
    {
        _frames.SetLength(0);
        _frames.Write(frame);
        _frames.Position = 0;
        var received = _socket.ReceiveAsync(_text.AsMemory(), CancellationToken.None);
        return received is { IsCompletedSuccessfully: true, Result: { EndOfMessage: true } message }
            ? _text.AsSpan(0, message.Count)
            : throw new InvalidOperationException("A compressed message could not be read.");
    }
}
