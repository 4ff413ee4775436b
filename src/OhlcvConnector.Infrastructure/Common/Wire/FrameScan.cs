using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace OhlcvConnector.Infrastructure.Common.Wire;

/// <summary>
/// Reads a frame whose shape is known beforehand, straight from its bytes: no white space, no escapes, everything where it is expected, and nothing that is not
/// sound JSON. Each function takes the index to read at and returns the one behind what it read; or <see cref="Failed"/> when something else stands there, which
/// every further function passes on. Then the caller turns to a real parser.
/// </summary>
/// <remarks>The index travels in a register: as a field it would be stored and loaded for every token, and the whole scan waits for it.</remarks>
internal static class FrameScan
{
    /// <summary>The index behind what was not as expected.</summary>
    public const int Failed = -1;

    private const ulong Ones = 0x0101010101010101;
    private const ulong HighBits = 0x8080808080808080;

    /// <summary>Whether this byte comes next.</summary>
    public static bool IsAt(this ReadOnlySpan<byte> frame, int at, char next) => (uint)at < (uint)frame.Length && frame[at] == (byte)next;

    /// <summary>Moves past these bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // so that the literal's length is known where it is compared
    public static int Past(this ReadOnlySpan<byte> frame, int at, ReadOnlySpan<byte> literal) =>
        (uint)at <= (uint)frame.Length && frame[at..].StartsWith(literal) ? at + literal.Length : Failed;

    /// <summary>Moves past these bytes if they come next, and else stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IfPast(this ReadOnlySpan<byte> frame, int at, ReadOnlySpan<byte> literal, out bool wasThere)
    {
        var behind = frame.Past(at, literal);
        wasThere = behind >= 0;
        return wasThere ? behind : at;
    }

    /// <summary>Reads a string without escapes.</summary>
    public static int Text(this ReadOnlySpan<byte> frame, int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!frame.IsAt(at, '"'))
        {
            return Failed;
        }

        var end = EndOfText(frame, at + 1);
        if (end < 0)
        {
            return Failed;
        }

        text = frame[(at + 1)..end];
        return end + 1;
    }

    /// <summary>Reads a number, or a string that holds one, as an exact decimal.</summary>
    public static int Decimal(this ReadOnlySpan<byte> frame, int at, out decimal value)
    {
        var isText = frame.IsAt(at, '"');
        var start = isText ? at + 1 : at;
        if ((uint)start > (uint)frame.Length)
        {
            value = 0;
            return Failed;
        }

        return BehindNumber(frame, start, Utf8Decimal.Scan(frame[start..], out value), isText);
    }

    /// <summary>Reads a whole number that is not negative, or a string that holds one.</summary>
    public static int Integer(this ReadOnlySpan<byte> frame, int at, out long value)
    {
        var isText = frame.IsAt(at, '"');
        var start = isText ? at + 1 : at;
        if ((uint)start > (uint)frame.Length)
        {
            value = 0;
            return Failed;
        }

        return BehindNumber(frame, start, Utf8Decimal.ScanInteger(frame[start..], out value), isText);
    }

    /// <summary>Reads a whole number that is not negative and not a string.</summary>
    public static int Number(this ReadOnlySpan<byte> frame, int at, out long value)
    {
        value = 0;
        return frame.IsAt(at, '"') ? Failed : frame.Integer(at, out value);
    }

    /// <summary>Reads true or false.</summary>
    public static int Boolean(this ReadOnlySpan<byte> frame, int at, out bool value)
    {
        var no = frame.Past(at, "false"u8);
        value = no == Failed;
        return value ? frame.Past(at, "true"u8) : no;
    }

    /// <summary>Moves past a string or a whole number.</summary>
    public static int Scalar(this ReadOnlySpan<byte> frame, int at) =>
        frame.IsAt(at, '"') ? EndOfText(frame, at + 1) is >= 0 and var end ? end + 1 : Failed
        : frame.Number(frame.IsAt(at, '-') ? at + 1 : at, out _);

    /// <summary>The index of the quote that ends a string; negative if an escape, a control character or the end comes first.</summary>
    private static int EndOfText(ReadOnlySpan<byte> frame, int at)
    {
        for (; BinaryPrimitives.TryReadUInt64LittleEndian(frame[at..], out var bytes); at += sizeof(ulong))
        {
            var stops = (Zeros(bytes ^ ('"' * Ones)) | Zeros(bytes ^ ('\\' * Ones)) | ((bytes - (' ' * Ones)) & ~bytes)) & HighBits;
            if (stops != 0)
            {
                at += BitOperations.TrailingZeroCount(stops) >> 3; // above the first stop there may be false ones
                return frame[at] == (byte)'"' ? at : Failed;
            }
        }

        for (; at < frame.Length && frame[at] >= (byte)' ' && frame[at] != (byte)'\\'; at++)
        {
            if (frame[at] == (byte)'"')
            {
                return at;
            }
        }

        return Failed;
    }

    private static ulong Zeros(ulong bytes) => (bytes - Ones) & ~bytes;

    /// <summary>The index behind a number that ends where it should: one in a string at its quote, another where a value ends, and then without zeros in front.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BehindNumber(ReadOnlySpan<byte> frame, int start, int length, bool isText)
    {
        var end = start + length;
        if (length == 0 || (uint)end >= (uint)frame.Length)
        {
            return Failed;
        }

        return isText
            ? frame[end] == (byte)'"' ? end + 1 : Failed
            : frame[end] is (byte)',' or (byte)'}' or (byte)']' && !HasLeadingZero(frame[start..end]) ? end : Failed;
    }

    private static bool HasLeadingZero(ReadOnlySpan<byte> number)
    {
        var first = number[0] == (byte)'-' ? 1 : 0;
        return number[first] == (byte)'0' && first + 1 < number.Length && char.IsAsciiDigit((char)number[first + 1]);
    }
}
