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

    /// <summary>How many rows later the results belong: of vectors that have more results than there can be.</summary>
    public int Shift { get; init; }

    /// <summary>What our value is multiplied by: some print ratios as percent, or the other way about.</summary>
    public double Times { get; init; } = 1;

    /// <summary>
    /// What the lines of inputs of a vector are; open, high and low, where it has none, are its close, and its close, where it has none, is its low.
    /// </summary>
    public string? Inputs { get; init; }

    /// <summary>Why something is skipped or wide.</summary>
    public string? Why { get; init; }

    /// <summary>Whether the file begins with values where we have none, or the other way about.</summary>
    public bool BeginsElsewhere { get; init; }

    public override string ToString() => $"{Of}{(Output is null ? "" : "." + Output)} = {File}/{Column}";

    /// <summary>The truth of a Skender file.</summary>
    public static Truth Skender(string of, string file, string column, string? output = null) =>
        new() { Of = of, Output = output, File = $"skender/results/{file}.standard.json", Column = column, Bars = "skender/quotes/default.csv" };

    /// <summary>The truth of a LEAN file.</summary>
    public static Truth Lean(string of, string file, string column, string? output = null) =>
        new() { Of = of, Output = output, File = $"lean/{file}", Column = column };

    /// <summary>The truth of what TA-Lib computes.</summary>
    public static Truth Talib(string of, string column, string? output = null) =>
        new() { Of = of, Output = output, File = "talib/default.csv", Column = column, Bars = "skender/quotes/default.csv" };

    /// <summary>The truth of a vector of Tulip, which has three decimals or more.</summary>
    /// <param name="of">The specification.</param>
    /// <param name="title">The line above the vector.</param>
    /// <param name="inputs">What its lines of inputs are.</param>
    /// <param name="output">The output.</param>
    /// <param name="result">Which of its lines of results.</param>
    public static Truth Tulip(string of, string title, string inputs, string? output = null, int result = 0) =>
        new() { Of = of, Output = output, File = $"tulip/{title}", Inputs = inputs, Column = result.ToString(CultureInfo.InvariantCulture), Within = 1e-3 };

    /// <summary>The truth of a test of jesse: one number, rounded.</summary>
    public static Truth Jesse(string of, string test, string field = "", string? output = null) =>
        new() { Of = of, Output = output, File = $"jesse/{test}", Column = field, BeginsElsewhere = true };

    /// <summary>Compares all rows.</summary>
    public Comparison Compare()
    {
        var (bars, expected) = Read(out _);
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

    /// <summary>The largest difference allowed: half of the last digit of a rounded number, else <see cref="Within"/>.</summary>
    public double Allowed()
    {
        Read(out var allowed);
        return allowed;
    }

    private (Bar[] Bars, double[] Expected) Read(out double allowed)
    {
        allowed = Within;
        if (File.StartsWith("jesse/", StringComparison.Ordinal))
        {
            var last = Table.Jesse(File["jesse/".Length..], Column, out var decimals);
            var expected = last.Column("expected");
            allowed = Why is null ? 0.5001 * Math.Pow(10, -decimals) / Math.Max(1, Math.Abs(expected[^1])) : Within;
            return (last.Bars(), expected);
        }

        if (Inputs is not null)
        {
            var vectors = Table.Tulip(File["tulip/".Length..], Inputs);
            return (Whole(vectors.Bars()), [.. Enumerable.Repeat(double.NaN, Shift), .. vectors.Column(Column)]);
        }

        var table = File.EndsWith(".json", StringComparison.Ordinal) ? Table.Json(File) : Table.Csv(File);
        return (Bars is null ? table.Bars() : Table.Csv(Bars).Bars(), table.Column(Column));
    }

    private static Bar[] Whole(Bar[] bars) => [.. bars.Select(bar =>
    {
        var close = double.IsNaN(bar.Close) ? double.IsNaN(bar.Low) ? bar.Volume : bar.Low : bar.Close;
        return bar with { Open = Or(bar.Open, close), High = Or(bar.High, close), Low = Or(bar.Low, close), Close = close };

        static double Or(double value, double other) => double.IsNaN(value) ? other : value;
    })];

    /// <summary>What came of it.</summary>
    internal sealed record Comparison(int Compared, double Largest, int At, int OnlyOnOneSide)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Compared} rows, largest error {Largest:0.0e+0} at row {At}, {OnlyOnOneSide} rows on one side only");
    }
}
