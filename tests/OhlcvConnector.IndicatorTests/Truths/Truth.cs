using System.Globalization;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.IndicatorTests.Truths;

/// <summary>One claim: an output of a specification equals a column of somebody else's file.</summary>
internal sealed record Truth
{
    /// <summary>The specification, such as <c>rsi:14</c>.</summary>
    public required string Of { get; init; }

    /// <summary>The output; null for the first.</summary>
    public string? Output { get; init; }

    /// <summary>The file with the results, below <c>Truth</c>.</summary>
    public required string File { get; init; }

    /// <summary>The column of the results.</summary>
    public required string Column { get; init; }

    /// <summary>The file with the bars; null when it is the same.</summary>
    public string? Bars { get; init; }

    /// <summary>The largest difference allowed, relative to the larger of the value and one.</summary>
    public double Within { get; init; } = 1e-9;

    /// <summary>How many rows of the beginning are not compared, with the reason in <see cref="Why"/>.</summary>
    public int Skip { get; init; }

    /// <summary>The last row compared is this many before the end: files whose last bar was still open.</summary>
    public int SkipLast { get; init; }

    /// <summary>What our value is multiplied by: some print ratios as percent, or the other way about.</summary>
    public double Times { get; init; } = 1;

    /// <summary>Why something is skipped or wide.</summary>
    public string? Why { get; init; }

    /// <summary>Whether the file begins with values where we have none, or the other way about.</summary>
    public bool BeginsElsewhere { get; init; }

    public override string ToString() => $"{Of}{(Output is null ? "" : "." + Output)} = {File}/{Column}";

    /// <summary>The truth of a Skender file.</summary>
    public static Truth Skender(string of, string file, string column, string? output = null) =>
        new() { Of = of, Output = output, File = $"skender/results/{file}.standard.json", Column = column, Bars = "skender/quotes/default.csv" };

    /// <summary>The truth of a LEAN file.</summary>
    public static Truth Lean(string of, string file, string column, string? output = null) => new() { Of = of, Output = output, File = $"lean/{file}", Column = column };

    /// <summary>Compares all rows.</summary>
    public Comparison Compare()
    {
        var table = File.EndsWith(".json", StringComparison.Ordinal) ? Table.Json(File) : Table.Csv(File);
        var expected = table.Column(Column);
        var bars = Bars is null ? table.Bars() : Table.Csv(Bars).Bars();
        var indicator = IndicatorCatalog.Parse(Of);
        var output = Output is null ? 0 : indicator.Kind.Outputs.ToList().IndexOf(Output);
        var (compared, largest, at, missing) = (0, 0.0, -1, 0);
        for (var row = 0; row < bars.Length - SkipLast; row++)
        {
            indicator.Add(bars[row]);
            var actual = indicator[output] * Times;
            if (row < Skip || (double.IsNaN(expected[row]) && (double.IsNaN(actual) || BeginsElsewhere)))
            {
                continue;
            }

            if (double.IsNaN(expected[row]) || double.IsNaN(actual))
            {
                missing += BeginsElsewhere ? 0 : 1;
                continue;
            }

            compared++;
            var error = Math.Abs(actual - expected[row]) / Math.Max(1, Math.Abs(expected[row]));
            if (error > largest)
            {
                (largest, at) = (error, row);
            }
        }

        return new Comparison(compared, largest, at, missing);
    }

    /// <summary>What came of it.</summary>
    internal sealed record Comparison(int Compared, double Largest, int At, int OnlyOnOneSide)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Compared} rows, largest error {Largest:0.0e+0} at row {At}, {OnlyOnOneSide} rows on one side only");
    }
}
