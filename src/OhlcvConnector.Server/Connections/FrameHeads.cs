namespace OhlcvConnector.Server.Connections;

/// <summary>
/// Follows where frames begin in what a client sends. The framework's WebSocket takes a ping, pong or close with RSV1 where compression was agreed, though only
/// a message can be compressed (RFC 7692, 6): such a head gets RSV2, too, which the framework refuses as any violation.
/// </summary>
internal sealed class FrameHeads
{
    private const byte ControlWithRsv1 = 0x48;
    private const byte Rsv2 = 0x20;
    private const int MaskBytes = 4;

    private int _seen; // bytes of a head, up to that of the short length
    private int _lengthBytes; // of the long length, still to come
    private int _mask;
    private ulong _length;
    private ulong _rest; // of mask and payload, still to come

    /// <summary>Looks at what was read next, in pieces of any length.</summary>
    /// <param name="bytes">What was read.</param>
    public void Look(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_rest > 0)
            {
                var passed = (int)Math.Min(_rest, (ulong)bytes.Length);
                _rest -= (ulong)passed;
                bytes = bytes[passed..];
                continue;
            }

            LookAtHead(ref bytes[0]);
            bytes = bytes[1..];
        }
    }

    private void LookAtHead(ref byte head)
    {
        switch (_seen)
        {
            case 0:
                head |= (head & ControlWithRsv1) == ControlWithRsv1 ? Rsv2 : (byte)0;
                _seen = 1;
                return;
            case 1:
                (_length, _mask, _seen) = ((ulong)head & 0x7F, (head & 0x80) == 0 ? 0 : MaskBytes, 2);
                _lengthBytes = _length switch { 126 => sizeof(ushort), 127 => sizeof(ulong), _ => 0 };
                _length = _lengthBytes == 0 ? _length : 0;
                break;
            default:
                _length = (_length << 8) | head;
                _lengthBytes--;
                break;
        }

        if (_lengthBytes == 0)
        {
            (_rest, _seen) = (_length + (ulong)_mask, 0);
        }
    }
}
