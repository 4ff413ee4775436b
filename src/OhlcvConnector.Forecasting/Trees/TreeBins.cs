namespace OhlcvConnector.Forecasting.Trees;

/// <summary>Numbers of examples put into bins, so that a split is looked for among a few thresholds and not among all numbers.</summary>
internal sealed class TreeBins
{
    /// <summary>Bins of a feature at most.</summary>
    public const int Most = 32;

    private readonly float[][] _thresholds;
    private readonly byte[][] _bins;

    /// <summary>Puts examples into bins of about as many each.</summary>
    public TreeBins(IReadOnlyList<float[]> rows)
    {
        (Count, Features) = (rows.Count, rows[0].Length);
        (_thresholds, _bins) = (new float[Features][], new byte[Features][]);
        for (var feature = 0; feature < Features; feature++)
        {
            var at = feature;
            _thresholds[feature] = ThresholdsOf([.. rows.Select(row => row[at]).Order()]);
            _bins[feature] = [.. rows.Select(row => (byte)BinOf(_thresholds[at], row[at]))];
        }
    }

    /// <summary>Examples.</summary>
    public int Count { get; }

    /// <summary>Features of an example.</summary>
    public int Features { get; }

    /// <summary>The bin of each example.</summary>
    public ReadOnlySpan<byte> Of(int feature) => _bins[feature];

    /// <summary>Numbers up to the threshold are in the bin, or one before it; the last bin has none.</summary>
    public ReadOnlySpan<float> Thresholds(int feature) => _thresholds[feature];

    private static float[] ThresholdsOf(float[] sorted)
    {
        var distinct = sorted.Distinct().ToArray();
        if (distinct.Length <= Most)
        {
            return [.. distinct.Zip(distinct.Skip(1), Between)];
        }

        return
        [
            .. Enumerable.Range(1, Most - 1).Select(bin => sorted[(int)((long)sorted.Length * bin / Most)])
                .Distinct().Select(number => Between(distinct[Array.BinarySearch(distinct, number) - 1 is var below and >= 0 ? below : 0], number)).Distinct(),
        ];
    }

    private static float Between(float one, float other) => (float)((one + (double)other) / 2) is var middle && middle < other ? middle : one;

    private static int BinOf(float[] thresholds, float number)
    {
        var bin = 0;
        while (bin < thresholds.Length && number > thresholds[bin])
        {
            bin++;
        }

        return bin;
    }
}
