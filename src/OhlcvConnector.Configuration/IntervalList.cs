using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Settings;

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

    /// <summary>Adds a setting that lists intervals.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">Name of the property.</param>
    /// <param name="sample">What could be written.</param>
    /// <param name="get">Reads the property.</param>
    /// <param name="set">Writes the property.</param>
    /// <param name="text">What it means.</param>
    public static SettingTable<ServerOptions> Intervals(
        this SettingTable<ServerOptions> table, string name, string sample, Func<ServerOptions, IReadOnlyList<Interval>> get,
        Action<ServerOptions, IReadOnlyList<Interval>> set, string text) => table.Parsed(
        name, "intervals, commas between them", $"lengths of candles with commas between them, such as {sample}", options => string.Join(',', get(options)),
        (options, written) =>
        {
            if (Read(written) is not { } read)
            {
                return false;
            }

            set(options, read);
            return true;
        },
        text);
}
