namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>Reads times as ISO 8601 writes them in UTC: <c>2019-06-11T15:26:00.0000000Z</c>, with any number of digits behind the point, or none.</summary>
internal static class IsoTime
{
    private const int Whole = 19;
    private const int MostDigits = 9;

    /// <summary>Reads a time.</summary>
    /// <returns>Unix epoch milliseconds; what is finer is left out.</returns>
    /// <exception cref="FormatException">The text is no such time.</exception>
    public static long Parse(ReadOnlySpan<byte> text) => TryParse(text, out var milliseconds)
        ? milliseconds
        : throw new FormatException($"'{System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, 60)])}' is not a time such as 2019-06-11T15:26:00Z.");

    /// <summary>Reads a time, and says whether it could.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length <= Whole || text[^1] != (byte)'Z' || text[4] != (byte)'-' || text[7] != (byte)'-' || text[10] != (byte)'T' || text[13] != (byte)':'
            || text[16] != (byte)':' || !TryFraction(text[Whole..^1], out var fraction))
        {
            return false;
        }

        var (year, month, day) = (Number(text[..4]), Number(text[5..7]), Number(text[8..10]));
        var (hour, minute, second) = (Number(text[11..13]), Number(text[14..16]), Number(text[17..19]));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour is < 0 or > 23 || minute is < 0 or > 59
            || second is < 0 or > 59)
        {
            return false;
        }

        milliseconds = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).ToUnixTimeMilliseconds() + fraction;
        return true;
    }

    /// <summary>Reads a point and digits, or nothing at all; the first three digits are milliseconds.</summary>
    private static bool TryFraction(ReadOnlySpan<byte> text, out int milliseconds)
    {
        milliseconds = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] != (byte)'.' || text.Length is < 2 or > MostDigits + 1 || Number(text[1..]) < 0)
        {
            return false;
        }

        for (var place = 1; place <= 3; place++)
        {
            milliseconds = (milliseconds * 10) + (place < text.Length ? text[place] - '0' : 0);
        }

        return true;
    }

    /// <summary>Reads digits; -1 where there is anything else.</summary>
    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return -1;
            }

            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}
