using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving.Importing;

/// <summary>A row of another program's file: a candle's values, or why it is none.</summary>
/// <param name="Number">Its line, or its place in a JSON array, from 1.</param>
/// <param name="Values">The values; null when it is no candle.</param>
/// <param name="Refusal">Why it is none.</param>
internal readonly record struct FileRow(long Number, CandleValues? Values, string? Refusal = null)
{
    private const long MaxMs = 100_000_000_000_000; // the year 5138; from there on it is microseconds
    private const long MinMs = 100_000_000_000;     // 1973

    /// <summary>Reads what all formats share: open time, open, high, low, close, volume.</summary>
    /// <param name="number">Its line or place.</param>
    /// <param name="fields">The fields, in this order; more may follow.</param>
    public static FileRow Of(long number, IReadOnlyList<string> fields)
    {
        if (fields.Count < 6)
        {
            return Refused(number, "it has not the six fields open time, open, high, low, close, volume");
        }

        if (!long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var time) || time < MinMs
            || (time > MaxMs && time % 1000 != 0))
        {
            return Refused(number, $"its open time '{fields[0]}' is none of milliseconds or microseconds since 1970");
        }

        Span<decimal> prices = stackalloc decimal[4];
        for (var field = 1; field <= 4; field++)
        {
            if (!TryNumber(fields[field], out prices[field - 1]))
            {
                return Refused(number, $"'{fields[field]}' is no price");
            }
        }

        return TryVolume(fields[5], out var volume)
            ? new FileRow(number, new CandleValues
            {
                OpenMs = time > MaxMs ? time / 1000 : time,
                Open = prices[0],
                High = prices[1],
                Low = prices[2],
                Close = prices[3],
                Volume = volume,
                IsClosed = true,
            })
            : Refused(number, $"'{fields[5]}' is no volume");
    }

    /// <summary>A row that is no candle.</summary>
    public static FileRow Refused(long number, string why) => new(number, null, why);

    /// <summary>Reads a number as it is written, without a floating one between.</summary>
    public static bool TryNumber(string text, out decimal number) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads a volume, which may be unknown.</summary>
    public static bool TryVolume(string text, out decimal? volume)
    {
        var isNumber = TryNumber(text, out var number);
        volume = isNumber ? number : null;
        return isNumber || text is "" or "null";
    }
}
