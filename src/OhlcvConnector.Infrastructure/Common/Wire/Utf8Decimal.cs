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

    /// <summary>Reads a JSON number's text: sign, digits, fraction, exponent.</summary>
    /// <exception cref="FormatException">Not a number, or one that decimal cannot hold exactly.</exception>
    public static decimal Parse(ReadOnlySpan<byte> text) => TryParse(text, out var value)
        ? value
        : throw new FormatException($"'{Encoding.UTF8.GetString(text[..Math.Min(text.Length, 60)])}' is not a number that a decimal can hold exactly.");

    /// <summary>Reads as <see cref="Parse"/> does, and says whether it could.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out decimal value)
    {
        var i = 0;
        var negative = text.Length > 0 && text[0] == (byte)'-';
        if (negative)
        {
            i++;
        }

        ulong digits = 0;
        var start = i;
        var point = -1;
        for (; i < text.Length; i++)
        {
            var digit = (uint)(text[i] - '0');
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
            }
            else if (text[i] == (byte)'.' && point < 0 && i > start)
            {
                point = i;
            }
            else
            {
                return TryParseSlowly(text, out value);
            }
        }

        var count = i - start - (point < 0 ? 0 : 1);
        if (count is 0 or > FastDigits || point == i - 1)
        {
            return TryParseSlowly(text, out value);
        }

        var scale = point < 0 ? 0 : i - point - 1;
        value = new decimal((int)digits, (int)(digits >> 32), 0, negative, (byte)scale);
        return true;
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
