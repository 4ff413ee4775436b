using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace OhlcvConnector.Infrastructure.Common.Wire;

/// <summary>Reads a decimal from ASCII digits, exactly or not at all: what does not fit into <see cref="decimal"/> without rounding is refused.</summary>
internal static class Utf8Decimal
{
    private const int FastDigits = 19;      // fits into 64 bits
    private const int DecimalDigits = 28;   // always fits into 96 bits
    private const int LongestText = 400;
    private static readonly ulong[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    /// <summary>Reads a JSON number's text: sign, digits, fraction, exponent.</summary>
    /// <exception cref="FormatException">Not a number, or one that decimal cannot hold exactly.</exception>
    public static decimal Parse(ReadOnlySpan<byte> text) => TryParse(text, out var value)
        ? value
        : throw new FormatException($"'{Encoding.UTF8.GetString(text[..Math.Min(text.Length, 60)])}' is not a number that a decimal can hold exactly.");

    /// <summary>Reads as <see cref="Parse"/> does, and says whether it could.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out decimal value) =>
        (TryScan(text, out var length, out value) && length == text.Length) || TryParseSlowly(text, out value);

    /// <summary>
    /// Reads the plain number at the start of a text: sign, digits, fraction, at most 19 digits in all. False if there is none, or a longer one; what comes behind
    /// it is for the caller to look at.
    /// </summary>
    public static bool TryScan(ReadOnlySpan<byte> text, out int length, out decimal value)
    {
        value = 0;
        length = 0;
        var negative = text.Length > 0 && text[0] == (byte)'-';
        var start = negative ? 1 : 0;
        ulong digits = 0;
        var end = ScanDigits(text, start, ref digits);
        var count = end - start;
        var scale = 0;
        if (count > 0 && end < text.Length && text[end] == (byte)'.')
        {
            var fraction = end + 1;
            end = ScanDigits(text, fraction, ref digits);
            scale = end - fraction;
            if (scale == 0)
            {
                return false;
            }
        }

        if (count == 0 || count + scale > FastDigits)
        {
            return false;
        }

        length = end;
        value = new decimal((int)digits, (int)(digits >> 32), 0, negative, (byte)scale);
        return true;
    }

    /// <summary>Appends the digits that begin at an index to a number, eight at a time, and returns the index behind them. More than 19 digits overflow.</summary>
    public static int ScanDigits(ReadOnlySpan<byte> text, int at, ref ulong number)
    {
        for (; at + 8 <= text.Length; at += 8)
        {
            var values = BinaryPrimitives.ReadUInt64LittleEndian(text[at..]) ^ 0x3030303030303030;
            var others = (values | (values + 0x0606060606060606)) & 0xF0F0F0F0F0F0F0F0; // the lowest byte that is set is the first that is no digit
            if (others == 0)
            {
                number = (number * 100_000_000) + EightDigits(values);
                continue;
            }

            var count = BitOperations.TrailingZeroCount(others) >> 3;
            if (count > 0)
            {
                number = (number * PowersOfTen[count]) + EightDigits(values << (64 - (count * 8))); // zeros go in front
            }

            return at + count;
        }

        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            number = (number * 10) + (ulong)(text[at] - '0');
        }

        return at;
    }

    /// <summary>Adds up eight digits, the first in the lowest byte: neighbours to pairs, pairs to fours, fours to eight.</summary>
    private static ulong EightDigits(ulong values)
    {
        values = (values * 10) + (values >> 8);
        return (((values & 0x000000FF000000FF) * 0x000F424000000064) + (((values >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
    }

    private static bool TryParseSlowly(ReadOnlySpan<byte> text, out decimal value)
    {
        value = 0;
        if (text.Length is 0 or > LongestText || !TrySplit(text, out var negative, out var digits, out var scale))
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
            if (!int.TryParse(text[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) || Math.Abs(exponent) > LongestText)
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
