using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.IndicatorTests.Truths;

/// <summary>Somebody else's bars and results: rows of named columns, as numbers; <see cref="double.NaN"/> where there is none.</summary>
internal sealed class Table
{
    private readonly List<string> _names = [];
    private readonly List<string[]> _rows = [];

    public int Count => _rows.Count;

    /// <summary>Reads a CSV of the folder <c>Truth</c>.</summary>
    public static Table Csv(string path)
    {
        var table = new Table();
        var lines = File.ReadLines(PathOf(path)).Where(line => line.Length > 0).Select(Split).ToList();
        table._names.AddRange(lines[0].Select(name => name.Trim()));
        table._rows.AddRange(lines.Skip(1));
        return table;
    }

    /// <summary>Reads a JSON array of objects of the folder <c>Truth</c>; an object within is named <c>outer.inner</c>.</summary>
    public static Table Json(string path)
    {
        var table = new Table();
        using var document = JsonDocument.Parse(File.ReadAllText(PathOf(path)));
        foreach (var row in document.RootElement.EnumerateArray())
        {
            var cells = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            Flatten(row, "", cells);
            foreach (var name in cells.Keys.Where(name => !table._names.Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                table._names.Add(name);
            }

            table._rows.Add([.. table._names.Select(name => cells.GetValueOrDefault(name, ""))]);
        }

        return table;
    }

    /// <summary>Reads a vector of Tulip: lines of inputs, then lines of results, which end together with the inputs.</summary>
    /// <param name="title">The line above it, such as <c>atr 4</c>.</param>
    /// <param name="inputs">What the lines of inputs are, in their order; the results are named 0, 1 and so on.</param>
    public static Table Tulip(string title, string inputs)
    {
        var table = new Table();
        var lines = new[] { "atoz.txt", "extra.txt" }.Select(file => File.ReadAllLines(PathOf($"tulip/{file}")).ToList()).First(text => text.Contains(title));
        var vectors = lines.Skip(lines.IndexOf(title) + 1).TakeWhile(line => line.Length > 0).Where(line => line[0] == '{')
            .Select(line => line.Trim('{', '}', ';', ' ').Split(',')).ToList();
        var names = inputs.Split(' ');
        table._names.AddRange(names);
        table._names.AddRange(Enumerable.Range(0, vectors.Count - names.Length).Select(index => index.ToString(CultureInfo.InvariantCulture)));
        var rows = vectors[0].Length;
        table._rows.AddRange(Enumerable.Range(0, rows).Select(row => vectors.Select(vector => Cell(vector, row - (rows - vector.Length))).ToArray()));
        return table;

        static string Cell(string[] vector, int at) => at >= 0 ? vector[at] : "";
    }

    /// <summary>Reads candles of jesse, and the number that a test of it expects after the last one, as column <c>expected</c>.</summary>
    /// <param name="test">The test.</param>
    /// <param name="field">The field of the result; empty when it is a number.</param>
    /// <param name="decimals">To how many decimals it is rounded.</param>
    public static Table Jesse(string test, string field, out int decimals)
    {
        var claim = File.ReadLines(PathOf("jesse/expected.csv")).Select(line => line.Split('\t')).First(cells => cells[0] == test && cells[3] == field);
        decimals = int.Parse(claim[4], CultureInfo.InvariantCulture);
        var table = new Table();
        table._names.AddRange(["time", "open", "close", "high", "low", "volume", "expected"]);
        table._rows.AddRange(File.ReadLines(PathOf($"jesse/{claim[1]}.csv")).Skip(1).Where(line => line.Length > 0)
            .Select(line => (string[])[.. line.Split(','), ""]));
        table._rows[^1][^1] = claim[5];
        return table;
    }

    /// <summary>A column's numbers.</summary>
    public double[] Column(string name)
    {
        var index = _names.FindIndex(one => one.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index < 0
            ? throw new ArgumentException($"no column '{name}'; there are {string.Join(", ", _names)}")
            : [.. _rows.Select(row => index < row.Length ? Number(row[index]) : double.NaN)];
    }

    /// <summary>How many digits after the point the longest number of a column has.</summary>
    public int Decimals(string name)
    {
        var index = _names.FindIndex(one => one.Equals(name, StringComparison.OrdinalIgnoreCase));
        return _rows.Max(
            row => index < row.Length && row[index].IndexOf('.', StringComparison.Ordinal) is >= 0 and var point ? row[index].Trim().Length - point - 1 : 0);
    }

    /// <summary>The bars: of columns open, high, low, close and volume, as far as there are any.</summary>
    public Bar[] Bars()
    {
        var (open, high, low, close, volume) = (Try("open"), Try("high"), Try("low"), Try("close"), Try("volume"));
        return [.. Enumerable.Range(0, Count).Select(row => new Bar(Bar.NoTime, open[row], high[row], low[row], close[row], volume[row]))];

        double[] Try(string name) =>
            _names.Any(one => one.Equals(name, StringComparison.OrdinalIgnoreCase)) ? Column(name) : [.. Enumerable.Repeat(double.NaN, Count)];
    }

    private static string PathOf(string path) => Path.Combine(AppContext.BaseDirectory, "Truth", path);

    private static double Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    private static string[] Split(string line)
    {
        var cells = new List<string>();
        var isQuoted = false;
        var start = 0;
        for (var index = 0; index <= line.Length; index++)
        {
            if (index == line.Length || (line[index] == ',' && !isQuoted))
            {
                cells.Add(line[start..index].Trim().Trim('"'));
                start = index + 1;
            }
            else if (line[index] == '"')
            {
                isQuoted = !isQuoted;
            }
        }

        return [.. cells];
    }

    private static void Flatten(JsonElement element, string prefix, Dictionary<string, string> cells)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                Flatten(property.Value, name + ".", cells);
            }
            else
            {
                cells[name] = property.Value.ValueKind == JsonValueKind.Null ? "" : property.Value.ToString();
            }
        }
    }
}
