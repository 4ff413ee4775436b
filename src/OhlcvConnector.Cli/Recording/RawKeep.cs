using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Recording;

/// <summary>How much of raw messages stays: so long, or so many bytes; the oldest files go first.</summary>
/// <param name="Time">How long; null for any time.</param>
/// <param name="Bytes">How many bytes; null for any number.</param>
internal sealed record RawKeep(TimeSpan? Time, long? Bytes)
{
    /// <summary>Reads <c>48h</c>, <c>7d</c>, <c>2w</c>, <c>500MB</c>, <c>20GB</c>; null for all.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static RawKeep Parse(string? text)
    {
        if (text is null)
        {
            return new RawKeep(null, null);
        }

        var unit = text.EndsWith("GB", StringComparison.OrdinalIgnoreCase) ? 1_000_000_000L : text.EndsWith("MB", StringComparison.OrdinalIgnoreCase) ? 1_000_000L : 0;
        return unit > 0 && long.TryParse(text[..^2], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 1_000_000
            ? new RawKeep(null, count * unit)
            : unit == 0 && Interval.TryParse(text, out var length) && length >= Interval.OneHour ? new RawKeep(length.ApproximateLength, null)
            : throw new UsageException($"--keep is '{text}'; write how long raw messages stay, an hour at least, or how much room they may take: 48h, 7d, 4w, 500MB, 20GB.");
    }

    /// <summary>Removes what is too old or too much.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="current">The file that is being written, which stays.</param>
    /// <param name="now">The present.</param>
    public void Apply(string directory, string current, DateTimeOffset now)
    {
        var files = RawFiles.In(directory).Where(path => path != current).Select(path => new FileInfo(path)).ToList();
        var room = Bytes ?? long.MaxValue;
        foreach (var file in Enumerable.Reverse(files))
        {
            room -= file.Length;
            if (room < 0 || (Time is { } time && RawFiles.HourOf(file.Name) is { } hour && hour.AddHours(1) < now - time))
            {
                file.Delete();
            }
        }
    }
}
