using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Udf;

/// <summary>Lengths of candles as the protocol writes them: minutes as a number, others with a letter.</summary>
internal static class UdfResolution
{
    /// <summary>Reads one; null where it is none.</summary>
    public static Interval? Read(string? text)
    {
        var plain = text is "D" or "W" or "M" or "S" ? "1" + text : text;
        var (number, unit) = plain is { Length: > 1 } && char.IsLetter(plain[^1]) ? (plain[..^1], plain[^1]) : (plain, 'm');
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
        {
            return null;
        }

        var written = unit switch
        {
            'm' => count % 1440 == 0 ? $"{count / 1440}d" : count % 60 == 0 ? $"{count / 60}h" : $"{count}m",
            'S' => count % 60 == 0 ? $"{count / 60}m" : $"{count}s",
            'D' => $"{count}d",
            'W' => $"{count}w",
            'M' => $"{count}M",
            _ => "",
        };
        return Interval.TryParse(written, out var interval) ? interval : null;
    }

    /// <summary>Writes one.</summary>
    public static string Write(Interval interval) => interval.Unit switch
    {
        IntervalUnit.Second => $"{interval.Count}S",
        IntervalUnit.Minute => $"{interval.Count}",
        IntervalUnit.Hour => $"{interval.Count * 60}",
        IntervalUnit.Day => $"{interval.Count}D",
        IntervalUnit.Week => $"{interval.Count}W",
        _ => $"{interval.Count}M",
    };
}
