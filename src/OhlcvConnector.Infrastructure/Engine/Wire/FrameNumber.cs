using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>
/// Reads a number whose place in a frame is known. It is loaded from its end, sixteen bytes at once: its last digit then always has the same place, whatever
/// its length, nothing behind the frame is touched, and what stands before the number is masked away.
/// </summary>
internal static class FrameNumber
{
    private const int AtOnce = 16;
    private const int MaxInFront = sizeof(ulong);
    private const int MaxDigits = 19; // fits into 64 bits
    private const ulong Ones = 0x0101010101010101;

    /// <summary>Reads digits with or without a fraction; false if there is something else, more than 19 digits, or hardly a frame before them.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="start">The index of the first digit.</param>
    /// <param name="end">The index behind the last digit.</param>
    /// <param name="digits">The digits, all of them, as one number.</param>
    /// <param name="scale">The number of them that are behind the point.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // into the two that call it, which are called for every number
    public static bool TryRead(ReadOnlySpan<byte> frame, int start, int end, out ulong digits, out int scale)
    {
        (digits, scale) = (0, 0);
        var length = end - start;
        if (length < 1 || end < AtOnce || end > frame.Length)
        {
            return false;
        }

        var places = Vector128<sbyte>.Indices;
        var values = Vector128.Create(frame.Slice(end - AtOnce, AtOnce)) - Vector128.Create((byte)'0');
        var first = Math.Max(AtOnce - length, 0);
        var others = Vector128.GreaterThan(values, Vector128.Create((byte)9)).ExtractMostSignificantBits() & (uint.MaxValue << first);
        if (others != 0)
        {
            var point = BitOperations.TrailingZeroCount(others);
            scale = AtOnce - 1 - point;
            if ((others & (others - 1)) != 0 || frame[end - 1 - scale] != (byte)'.' || scale == 0 || scale == length - 1)
            {
                return false;
            }

            values = Vector128.ShuffleNative(
                values, (places + Vector128.LessThanOrEqual(places, Vector128.Create((sbyte)point))).AsByte()); // up over the point
            first++;
        }

        digits = Utf8Decimal.SixteenDigits(values & Vector128.GreaterThanOrEqual(places, Vector128.Create((sbyte)first)).AsByte());
        return length <= AtOnce || TryAddFront(frame, end - AtOnce, length - AtOnce, scale == 0 ? AtOnce : AtOnce - 1, ref digits);
    }

    /// <summary>Adds the few digits that stand before those that were loaded at once.</summary>
    private static bool TryAddFront(ReadOnlySpan<byte> frame, int end, int length, int behind, ref ulong digits)
    {
        if (length + behind > MaxDigits || end < MaxInFront)
        {
            return false;
        }

        var values = (
            BinaryPrimitives.ReadUInt64LittleEndian(frame.Slice(end - MaxInFront, MaxInFront)) ^ ('0' * Ones)) & (ulong.MaxValue << (64 - (8 * length)));
        digits += Utf8Decimal.EightDigits(values) * (behind == AtOnce ? 10_000_000_000_000_000UL : 1_000_000_000_000_000UL);
        return ((values | (values + (6 * Ones))) & (0xF0 * Ones)) == 0;
    }
}
