using System.Globalization;

namespace OhlcvConnector.Configuration;

/// <summary>Moments as clients write them: ISO 8601 or milliseconds since 1970, and nothing that means something else elsewhere.</summary>
public static class Moment
{
    private const long LatestMs = 253_402_300_799_999; // 9999-12-31

    private static readonly string[] Dates = ["yyyy-MM-dd"];
    private static readonly string[] Times = ["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"];
    private static readonly string[] Offsets = ["", "'Z'", "zzz"];
    private static readonly string[] Formats =
        [.. Dates, .. Dates.SelectMany(date => Times.SelectMany(time => Offsets.Select(offset => $"{date}'T'{time}{offset}")))];

    /// <summary>Reads ISO 8601: a date, or a date and a time of day with <c>Z</c>, an offset or none, which means UTC. From 1970 on.</summary>
    public static bool TryParse(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment)
        && moment >= DateTimeOffset.UnixEpoch;

    /// <summary>Reads milliseconds since 1970.</summary>
    public static bool TryFromMilliseconds(long milliseconds, out DateTimeOffset moment)
    {
        var isIn = milliseconds is >= 0 and <= LatestMs;
        moment = isIn ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : default;
        return isIn;
    }
}
