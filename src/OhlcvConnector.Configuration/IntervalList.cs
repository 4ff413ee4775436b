using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>Intervals as settings list them: <c>1m,1h</c>.</summary>
internal static class IntervalList
{
    /// <summary>Reads them, each once; null for what is no list of intervals.</summary>
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
