using System.Globalization;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>Decimals as whole numbers of a power of ten: 96210.39 at the scale of 2 is 9621039. What has no such number of 64 bits is text.</summary>
internal static class ScaledNumber
{
    /// <summary>The largest scale of a column: a whole number of 64 bits has 18 full digits.</summary>
    public const int LargestScale = 18;

    private static readonly ulong[] Powers = [.. Enumerable.Range(0, 20).Select(power => (ulong)System.Numerics.BigInteger.Pow(10, power))];

    /// <summary>Ten to a power from 0 to 18.</summary>
    public static long Power(int power) => (long)Powers[power];

    /// <summary>The least scale that a number has: 2 for 0.5000 is wrong, 1 is right.</summary>
    public static int MinScale(decimal value)
    {
        var scale = value.Scale;
        var mantissa = Mantissa(value);
        while (scale > 0 && mantissa % 10 == 0)
        {
            mantissa /= 10;
            scale--;
        }

        return scale;
    }

    /// <summary>The whole number at a scale, if it is exact and has 64 bits.</summary>
    public static bool TryScale(decimal value, int scale, out long number)
    {
        var (high, low, isNegative) = Parts(value);
        if (high != 0 || low > long.MaxValue)
        {
            return TryScaleWide(value, scale, out number);
        }

        var shift = scale - value.Scale; // nearly all are of this kind, and take no wide arithmetic
        if (shift < 0)
        {
            var (quotient, remainder) = shift >= -LargestScale ? Math.DivRem(low, Powers[-shift]) : (0, low);
            number = isNegative ? -(long)quotient : (long)quotient;
            return remainder == 0;
        }

        var wide = shift <= LargestScale ? Math.BigMul(low, Powers[shift], out low) : low;
        number = isNegative ? -(long)low : (long)low;
        return wide == 0 && low <= long.MaxValue;
    }

    private static bool TryScaleWide(decimal value, int scale, out long number)
    {
        var mantissa = Mantissa(value);
        var shift = scale - value.Scale;
        number = 0;
        if (mantissa == 0)
        {
            return true;
        }

        if (shift >= 0)
        {
            if (mantissa > long.MaxValue || shift >= Powers.Length || (mantissa *= Powers[shift]) > long.MaxValue)
            {
                return false;
            }
        }
        else
        {
            for (; shift < 0; shift += 19)
            {
                var (quotient, remainder) = Divide(mantissa, Powers[Math.Min(-shift, 19)]);
                if (remainder != 0)
                {
                    return false;
                }

                mantissa = quotient;
            }

            if (mantissa > long.MaxValue)
            {
                return false;
            }
        }

        number = decimal.IsNegative(value) ? -(long)mantissa : (long)mantissa;
        return true;
    }

    /// <summary>The decimal of a whole number at a scale, written with as many digits behind the point as asked for, where that many fit.</summary>
    public static decimal ToDecimal(long number, int scale, int digits)
    {
        var isNegative = number < 0;
        var magnitude = isNegative ? (ulong)-number : (ulong)number;
        if (digits >= scale && digits - scale <= LargestScale)
        {
            var high = Math.BigMul(magnitude, Powers[digits - scale], out var low);
            if (high >> 32 == 0)
            {
                return new decimal((int)(uint)low, (int)(uint)(low >> 32), (int)(uint)high, isNegative, (byte)digits);
            }
        }

        UInt128 mantissa = magnitude;
        for (var more = digits - scale; more > 0; more -= 19)
        {
            var wider = mantissa * Powers[Math.Min(more, 19)];
            if (wider >> 96 != 0)
            {
                break;
            }

            mantissa = wider;
            scale += Math.Min(more, 19);
        }

        return new decimal((int)(uint)mantissa, (int)(uint)(mantissa >> 32), (int)(uint)(mantissa >> 64), isNegative, (byte)scale);
    }

    /// <summary>The text of a number that no whole number can be.</summary>
    public static string ToText(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of a text.</summary>
    public static decimal OfText(string text) =>
        decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private static (UInt128 Quotient, ulong Remainder) Divide(UInt128 value, ulong by) => value <= ulong.MaxValue
        ? ((ulong)value / by, (ulong)value % by)
        : (value / by, (ulong)(value % by));

    private static UInt128 Mantissa(decimal value)
    {
        var (high, low, _) = Parts(value);
        return new UInt128(high, low);
    }

    private static (uint High, ulong Low, bool IsNegative) Parts(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        return ((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0], bits[3] < 0);
    }
}
