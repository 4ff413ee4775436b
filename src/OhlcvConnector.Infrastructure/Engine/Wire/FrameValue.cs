using System.Runtime.CompilerServices;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>Reads the value that takes up a known part of a frame, all of it; a part that is empty, turned round or outside of the frame holds none.</summary>
/// <remarks>Not inlined: a decoder reads twenty of them, and its code would no longer fit where the processor keeps what it repeats.</remarks>
internal static class FrameValue
{
    /// <summary>Reads a text between quotes, which is taken as it is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryText(ReadOnlySpan<byte> frame, int start, int end, out ReadOnlySpan<byte> text)
    {
        var isText = IsQuoted(frame, start, end);
        text = isText ? frame[(start + 1)..(end - 1)] : default;
        return isText;
    }

    /// <summary>Reads an exact decimal between quotes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryDecimal(ReadOnlySpan<byte> frame, int start, int end, out decimal value)
    {
        if (!IsQuoted(frame, start, end))
        {
            value = 0;
            return false;
        }

        if (!FrameNumber.TryRead(frame, start + 1, end - 1, out var digits, out var scale))
        {
            return TryUnusualDecimal(frame[(start + 1)..(end - 1)], out value);
        }

        value = new decimal((int)digits, (int)(digits >> 32), 0, isNegative: false, (byte)scale);
        return true;
    }

    /// <summary>Reads a whole number that is not negative, between quotes.</summary>
    public static bool TryQuotedInteger(ReadOnlySpan<byte> frame, int start, int end, out long value)
    {
        value = 0;
        return IsQuoted(frame, start, end) && TryInteger(frame, start + 1, end - 1, out value);
    }

    /// <summary>Reads a whole number that is not negative, and as JSON wants it: without zeros in front.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> frame, int start, int end, out long value) =>
        TryInteger(frame, start, end, out value) && (frame[start] != (byte)'0' || end == start + 1);

    /// <summary>Reads an exact decimal that is a JSON number: without zeros in front, but for the one before the point.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryPlainDecimal(ReadOnlySpan<byte> frame, int start, int end, out decimal value)
    {
        value = 0;
        if ((uint)start >= (uint)end || end > frame.Length || !char.IsAsciiDigit((char)frame[start])
            || (frame[start] == (byte)'0' && end > start + 1 && frame[start + 1] != (byte)'.'))
        {
            return false;
        }

        if (!FrameNumber.TryRead(frame, start, end, out var digits, out var scale))
        {
            return TryUnusualDecimal(frame[start..end], out value);
        }

        value = new decimal((int)digits, (int)(digits >> 32), 0, isNegative: false, (byte)scale);
        return true;
    }

    /// <summary>Reads true or false.</summary>
    public static bool TryBoolean(ReadOnlySpan<byte> frame, int start, int end, out bool value)
    {
        var text = start < end ? frame[start..end] : default;
        value = text.SequenceEqual("true"u8);
        return value || text.SequenceEqual("false"u8);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryInteger(ReadOnlySpan<byte> frame, int start, int end, out long value)
    {
        var isWhole = FrameNumber.TryRead(frame, start, end, out var digits, out var scale) && scale == 0;
        value = (long)digits;
        return isWhole && value >= 0;
    }

    private static bool TryUnusualDecimal(ReadOnlySpan<byte> text, out decimal value) =>
        Utf8Decimal.Scan(text, out value) is > 0 and var length && length == text.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsQuoted(ReadOnlySpan<byte> frame, int start, int end) =>
        (uint)start < (uint)(end - 1) && (uint)(end - 1) < (uint)frame.Length && frame[start] == (byte)'"' && frame[end - 1] == (byte)'"';
}
