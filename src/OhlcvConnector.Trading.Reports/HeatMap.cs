using System.Globalization;

namespace OhlcvConnector.Trading.Reports;

/// <summary>Scores of a search's variants by the two parameters that differ.</summary>
public sealed class HeatMap
{
    private HeatMap(string across, string down, IReadOnlyList<decimal> columns, IReadOnlyList<decimal> rows, double?[,] scores, (int Row, int Column)? best) =>
        (Across, Down, Columns, Rows, Scores, Best) = (across, down, columns, rows, scores, best);

    /// <summary>Parameter whose values are the columns.</summary>
    internal string Across { get; }

    /// <summary>Parameter whose values are the rows.</summary>
    internal string Down { get; }

    internal IReadOnlyList<decimal> Columns { get; }

    internal IReadOnlyList<decimal> Rows { get; }

    /// <summary>Score of each row and column; null where there is none.</summary>
    internal double?[,] Scores { get; }

    internal (int Row, int Column)? Best { get; }

    /// <summary>Makes a map; null unless just two parameters differ.</summary>
    public static HeatMap? Of(IReadOnlyList<TriedVariant> ranked)
    {
        ArgumentNullException.ThrowIfNull(ranked);
        var names = ranked.SelectMany(one => one.Settings.Keys).Distinct()
            .Where(name => ranked.Select(one => one.Settings.TryGetValue(name, out var value) ? value : (decimal?)null).Distinct().Count() > 1).ToList();
        if (names is not [var down, var across])
        {
            return null;
        }

        var (columns, rows) = (Values(across), Values(down));
        var scores = new double?[rows.Count, columns.Count];
        (int Row, int Column)? best = null;
        foreach (var one in ranked)
        {
            var place = (Row: rows.IndexOf(one.Settings[down]), Column: columns.IndexOf(one.Settings[across]));
            scores[place.Row, place.Column] = one.Score;
            best ??= one.Score is null ? null : place;
        }

        return new HeatMap(across, down, columns, rows, scores, best);

        List<decimal> Values(string name) => [.. ranked.Select(one => one.Settings[name]).Distinct().Order()];
    }

    /// <summary>Writes the map as text: a row for each value of the first parameter, a column for each of the second.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="goal">Figure that is shown, in words.</param>
    public void Write(TextWriter writer, string goal)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLine($"The {goal} by {Down} (down) and {Across} (across); the best in brackets:");
        writer.WriteLine("  " + "".PadLeft(8) + string.Concat(Columns.Select(column => Cell(column.ToString(CultureInfo.InvariantCulture)))));
        for (var row = 0; row < Rows.Count; row++)
        {
            writer.Write("  " + Rows[row].ToString(CultureInfo.InvariantCulture).PadRight(8));
            for (var column = 0; column < Columns.Count; column++)
            {
                var text = Figures.Plain(Scores[row, column]);
                writer.Write(Cell(Best == (row, column) ? $"[{text}]" : text));
            }

            writer.WriteLine();
        }

        static string Cell(string text) => text.PadLeft(9);
    }
}
