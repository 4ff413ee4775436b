using System.Globalization;

namespace OhlcvConnector.Cli.Computing;

/// <summary>
/// The times of a file of bars: Unix epoch numbers of any unit, compact dates, and what people and programs write; UTC where nothing else is said.
/// </summary>
internal static class BarTime
{
    private static readonly string[] Compact = ["yyyyMMdd", "yyyyMMdd HH:mm", "yyyyMMdd HH:mm:ss", "yyyyMMddHHmm", "yyyyMMddHHmmss"];

    /// <summary>Reads a time as Unix epoch milliseconds UTC.</summary>
    /// <returns>Null when it is none.</returns>
    public static long? Read(string text)
    {
        if (DateTimeOffset.TryParseExact(text, Compact, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var compact)
            && compact.Year is >= 1900 and < 2200)
        {
            return compact.ToUnixTimeMilliseconds();
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var epoch))
        {
            return Math.Abs(epoch) switch
            {
                < 100_000_000_000m => (long)(epoch * 1000),             // seconds, to the year 5138
                < 100_000_000_000_000m => (long)epoch,
                < 100_000_000_000_000_000m => (long)(epoch / 1000),     // microseconds
                _ => (long)(epoch / 1_000_000),
            };
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUnixTimeMilliseconds() : null;
    }
}
