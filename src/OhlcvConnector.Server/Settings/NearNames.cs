namespace OhlcvConnector.Server.Settings;

/// <summary>Finds the name that somebody meant who mistyped it.</summary>
internal static class NearNames
{
    /// <summary>Returns the known name with the fewest letters to change, where they are few enough to be a slip; null when none is near.</summary>
    public static string? Nearest(string typed, IEnumerable<string> known)
    {
        var most = Math.Max(1, typed.TrimStart('-').Length / 3);
        return known
            .Select(name => (Name: name, Distance: Distance(typed.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(pair => pair.Distance <= most)
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.Name)
            .FirstOrDefault();
    }

    /// <summary>How many letters are to be changed, left out, put in, or exchanged with their neighbour (the optimal string alignment distance).</summary>
    private static int Distance(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                rows[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                    rows[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[one.Length, other.Length];
    }
}
