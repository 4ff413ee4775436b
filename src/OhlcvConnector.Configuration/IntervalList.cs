using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>Lengths of candles as a setting has them.</summary>
internal static class IntervalList
{
    /// <summary>Reads lengths with commas between them, such as <c>1h,4h</c>; null where one is none, or there are none.</summary>
    public static IReadOnlyList<Interval>? Read(string text)
    {
        var read = new List<Interval>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Interval.TryParse(word, out var interval))
            {
                return null;
            }

            read.Add(interval);
        }

        return read.Count > 0 ? [.. read.Distinct()] : null;
    }
}
