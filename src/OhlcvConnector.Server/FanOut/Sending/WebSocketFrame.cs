using System.Buffers.Binary;
using System.Text;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>A server's WebSocket frames as bytes, header included, so that one array serves all clients. RFC 6455, 5.2: unmasked, never fragmented.</summary>
internal static class WebSocketFrame
{
    /// <summary>The longest header of a frame that a server sends.</summary>
    public const int MaxHeader = 10;

    private const int MaxCloseReason = 123;
    private const byte Final = 0x80;

    /// <summary>A ping, the same for all clients.</summary>
    public static readonly byte[] Ping = Frame(0x9, []);

    /// <summary>A text frame around UTF-8 bytes.</summary>
    public static byte[] Text(ReadOnlySpan<byte> payload) => Frame(0x1, payload);

    /// <summary>A close frame; a reason that is too long for it is cut.</summary>
    public static byte[] Close(int code, string reason)
    {
        Span<byte> payload = stackalloc byte[2 + MaxCloseReason];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetEncoder().Convert(reason, payload[2..], flush: true, out _, out var written, out _);
        return Frame(0x8, payload[..(2 + written)]);
    }

    /// <summary>Length of a frame's header, as a server writes it.</summary>
    public static int HeaderOf(ReadOnlySpan<byte> frame) => frame[1] switch
    {
        < 126 => 2,
        126 => 4,
        _ => MaxHeader,
    };

    private static byte[] Frame(byte kind, ReadOnlySpan<byte> payload)
    {
        var header = payload.Length switch
        {
            < 126 => 2,
            <= ushort.MaxValue => 4,
            _ => MaxHeader,
        };
        var frame = new byte[header + payload.Length];
        frame[0] = (byte)(Final | kind);
        switch (header)
        {
            case 2:
                frame[1] = (byte)payload.Length;
                break;
            case 4:
                frame[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
                break;
            default:
                frame[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
                break;
        }

        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }
}
