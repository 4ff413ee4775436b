namespace OhlcvConnector.Forecasting.Data;

/// <summary>Where the tenths of a feature were in the training window, and how much of it lay in each: equal numbers make them unequal.</summary>
/// <param name="Edges">The upper ends of all but the last.</param>
/// <param name="Shares">The share of each.</param>
/// <param name="Usual">The largest index of a block of the training itself against the whole: what moves slowly has large ones without any drift.</param>
internal sealed record TrainedTenths(double[] Edges, double[] Shares, double Usual = 0)
{
    /// <summary>Candles of a block.</summary>
    public const int Block = 500;

    private const int Parts = 10;

    /// <summary>Measures the columns of a training window.</summary>
    public static TrainedTenths[] Of(FeatureTable table, int first, int last) => [.. table.Columns.Select(column =>
    {
        var numbers = column.Skip(first).Take(last - first + 1).Where(double.IsFinite).ToArray();
        var sorted = numbers.Order().ToArray();
        double[] edges = [.. Enumerable.Range(1, Parts - 1).Select(part => sorted[part * sorted.Length / Parts]).Distinct()];
        var trained = new TrainedTenths(edges, SharesOf(edges, sorted));
        var blocks = numbers.Chunk(Block).Where(block => block.Length == Block).Select(trained.Index).ToList();
        return trained with { Usual = blocks.Count > 1 ? blocks.Max() : 0 };
    })];

    /// <summary>The population stability index of other numbers: the sum of (p - q) ln(p / q), as in the scoring of credits.</summary>
    public double Index(IReadOnlyList<double> numbers)
    {
        var least = 0.5 / Math.Max(1, numbers.Count); // half of one number, where there is none
        return Shares.Zip(SharesOf(Edges, numbers), (trained, now) => (now - trained) * Math.Log(Math.Max(now, least) / Math.Max(trained, least))).Sum();
    }

    private static double[] SharesOf(double[] edges, IReadOnlyList<double> numbers)
    {
        var shares = new double[edges.Length + 1];
        foreach (var number in numbers)
        {
            var at = Array.BinarySearch(edges, number);
            shares[at < 0 ? ~at : at] += 1.0 / numbers.Count;
        }

        return shares;
    }
}
