using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>Reads a decimal from ASCII digits, exactly or not at all: what does not fit into <see cref="decimal"/> without rounding is refused.</summary>
internal static class Utf8Decimal
{
    private const int FastDigits = 19;      // fits into 64 bits
    private const int DecimalDigits = 28;   // always fits into 96 bits
    private const int MaxTextLength = 400;

    /// <summary>Reads a JSON number's text: sign, digits, fraction, exponent.</summary>
    /// <exception cref="FormatException">Not a number, or one that decimal cannot hold exactly.</exception>
    public static decimal Parse(ReadOnlySpan<byte> text) => TryParse(text, out var value)
        ? value
        : throw new FormatException($"'{Encoding.UTF8.GetString(text[..Math.Min(text.Length, 60)])}' is not a number that a decimal can hold exactly.");

    /// <summary>Reads as <see cref="Parse"/> does, and says whether it could.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out decimal value)
    {
        var length = Scan(text, out value);
        return (length != 0 && length == text.Length) || TryParseSlowly(text, out value);
    }

    /// <summary>
    /// Reads the plain number at the start of a text: sign, digits, fraction, at most 19 digits in all. What comes behind it is for the caller to look at.
    /// </summary>
    /// <returns>The number's length; 0 if there is none, or a longer one.</returns>
    public static int Scan(ReadOnlySpan<byte> text, out decimal value)
    {
        var negative = text.Length > 0 && text[0] == (byte)'-';
        var start = negative ? 1 : 0;
        if (!TryScanShort(text[start..], out var length, out var digits, out var scale) && !TryScanLong(text[start..], out length, out digits, out scale))
        {
            value = 0;
            return 0;
        }

        value = new decimal((int)digits, (int)(digits >> 32), 0, negative, (byte)scale);
        return length + start;
    }

    /// <summary>Adds up eight digits, the first in the lowest byte: neighbours to pairs, pairs to fours, fours to eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EightDigits(ulong values)
    {
        values = (values * 10) + (values >> 8);
        return (((values & 0x000000FF000000FF) * 0x000F424000000064) + (((values >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
    }

    /// <summary>Adds up sixteen digits, each a byte: neighbours to pairs, pairs to fours, fours to eights, and those.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SixteenDigits(Vector128<byte> values)
    {
        if (!Sse41.IsSupported)
        {
            var halves = values.AsUInt64();
            return (EightDigits(halves[0]) * 100_000_000) + EightDigits(halves[1]);
        }

        var pairs = Ssse3.MultiplyAddAdjacent(values, Vector128.Create((short)0x010A).AsSByte());
        var fours = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create(0x0001_0064).AsInt16());
        var eights = Sse2.MultiplyAddAdjacent(Sse41.PackUnsignedSaturate(fours, fours).AsInt16(), Vector128.Create(0x0001_2710).AsInt16()).AsUInt32();
        return (eights[0] * 100_000_000UL) + eights[1];
    }

    /// <summary>Reads a number without sign that ends within 16 bytes, all of it at once; false for any other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryScanShort(ReadOnlySpan<byte> text, out int length, out ulong digits, out int scale)
    {
        (length, digits, scale) = (0, 0, 0);
        if (text.Length < Vector128<byte>.Count)
        {
            return false;
        }

        var values = Vector128.Create(text) - Vector128.Create((byte)'0');
        var others = Vector128.GreaterThan(values, Vector128.Create((byte)9)).ExtractMostSignificantBits();
        var point = BitOperations.TrailingZeroCount(others);
        length = point;
        if (others != 0 && text[point] == (byte)'.')
        {
            others &= others - 1;
            length = BitOperations.TrailingZeroCount(others);
            scale = length - point - 1;
            if (scale == 0)
            {
                return false;
            }
        }
        else
        {
            point = -1;
        }

        if (others == 0 || length == 0 || point == 0)
        {
            return false;
        }

        // The last digit goes to the last place, those before the point move up over it, and zeros go in front: no index below zero finds anything.
        var from = Places + Vector128.Create((sbyte)(length - Vector128<byte>.Count));
        from += Vector128.LessThanOrEqual(from, Vector128.Create((sbyte)point));
        digits = SixteenDigits(Vector128.Shuffle(values, from.AsByte()));
        return true;
    }

    private static Vector128<sbyte> Places => Vector128.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    private static bool TryScanLong(ReadOnlySpan<byte> text, out int length, out ulong digits, out int scale)
    {
        digits = 0;
        scale = 0;
        length = ScanDigits(text, 0, ref digits);
        var count = length;
        if (count > 0 && length < text.Length && text[length] == (byte)'.')
        {
            length = ScanDigits(text, count + 1, ref digits);
            scale = length - count - 1;
            if (scale == 0)
            {
                return false;
            }
        }

        return count > 0 && count + scale <= FastDigits;
    }

    /// <summary>
    /// Appends the digits that begin at an index to a number, eight at a time, and returns the index behind them. More than 19 digits overflow.
    /// </summary>
    private static int ScanDigits(ReadOnlySpan<byte> text, int at, ref ulong number)
    {
        for (; BinaryPrimitives.TryReadUInt64LittleEndian(text[at..], out var bytes); at += 8)
        {
            var values = bytes ^ 0x3030303030303030;
            var others = (values | (values + 0x0606060606060606)) & 0xF0F0F0F0F0F0F0F0;
            if (others != 0)
            {
                break;
            }

            number = (number * 100_000_000) + EightDigits(values);
        }

        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            number = (number * 10) + (ulong)(text[at] - '0');
        }

        return at;
    }

    private static bool TryParseSlowly(ReadOnlySpan<byte> text, out decimal value)
    {
        value = 0;
        if (text.Length is 0 or > MaxTextLength || !TrySplit(text, out var negative, out var digits, out var scale))
        {
            return false;
        }

        var number = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        for (; scale < 0; scale++)
        {
            number *= 10;
            if (scale < -DecimalDigits - 1 || number > (BigInteger)decimal.MaxValue)
            {
                return number.IsZero;
            }
        }

        while (scale > DecimalDigits || number > (BigInteger)decimal.MaxValue)
        {
            if (number.IsZero)
            {
                return true;
            }

            number = BigInteger.DivRem(number, 10, out var lost);
            if (!lost.IsZero || scale == 0)
            {
                return false;
            }

            scale--;
        }

        var integer = (decimal)number;
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(integer, bits);
        value = new decimal(bits[0], bits[1], bits[2], negative, (byte)scale);
        return true;
    }

    /// <summary>Splits by the grammar of JSON, but for leading zeros, which venues do send.</summary>
    private static bool TrySplit(ReadOnlySpan<byte> text, out bool negative, out string digits, out int scale)
    {
        negative = text[0] == (byte)'-';
        var builder = new StringBuilder(text.Length);
        var i = negative ? 1 : 0;
        scale = 0;
        digits = "";
        var whole = AppendDigits(text, ref i, builder);
        if (whole == 0)
        {
            return false;
        }

        if (i < text.Length && text[i] == (byte)'.')
        {
            i++;
            scale = AppendDigits(text, ref i, builder);
            if (scale == 0)
            {
                return false;
            }
        }

        if (i < text.Length && text[i] is (byte)'e' or (byte)'E')
        {
            if (!int.TryParse(text[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
                || Math.Abs(exponent) > MaxTextLength)
            {
                return false;
            }

            scale -= exponent;
            i = text.Length;
        }

        digits = builder.ToString();
        return i == text.Length;
    }

    private static int AppendDigits(ReadOnlySpan<byte> text, ref int i, StringBuilder builder)
    {
        var start = i;
        for (; i < text.Length && char.IsAsciiDigit((char)text[i]); i++)
        {
            builder.Append((char)text[i]);
        }

        return i - start;
    }
}
