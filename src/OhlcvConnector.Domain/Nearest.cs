namespace OhlcvConnector.Domain;

/// <summary>Finds the name that somebody may have meant.</summary>
public static class Nearest
{
    /// <summary>Returns the known name that is nearest to one that is not known; null when none is near.</summary>
    /// <param name="name">The unknown name.</param>
    /// <param name="known">The known ones.</param>
    public static string? Find(string name, IEnumerable<string> known) => known
        .Select(one => (Name: one, Distance: Distance(name, one)))
        .Where(one => one.Distance <= Math.Max(2, name.Length / 4))
        .OrderBy(one => one.Distance)
        .Select(one => one.Name)
        .FirstOrDefault();

    /// <summary>Returns the end of a sentence: what was meant, or what there is.</summary>
    /// <param name="name">The unknown name.</param>
    /// <param name="known">The known ones.</param>
    public static string Words(string name, IReadOnlyCollection<string> known) =>
        Find(name, known) is { } near ? $"did you mean {near}?" : $"there are {(known is { Count: > 0 } ? string.Join(", ", known) : "none")}.";

    /// <summary>Returns the number of letters that must be put in, left out or replaced to make one of the other (Levenshtein), whatever their case.</summary>
    public static int Distance(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
