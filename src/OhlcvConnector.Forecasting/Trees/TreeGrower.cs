namespace OhlcvConnector.Forecasting.Trees;

/// <summary>
/// Grows a tree by the gradients and curvatures of a loss, on histograms (Friedman 2001; Chen and Guestrin 2016, equations 5 to 7): each split is the one that
/// lowers the loss most, each leaf is a step of Newton's, shrunk.
/// </summary>
internal sealed class TreeGrower(TreeBins bins, int depth, int leastLeaf, double penalty, double rate)
{
    private readonly double[] _gradients = new double[TreeBins.Most];
    private readonly double[] _curvatures = new double[TreeBins.Most];
    private readonly int[] _counts = new int[TreeBins.Most];

    /// <summary>Grows a tree.</summary>
    /// <param name="gradient">Of each example the slope of its loss.</param>
    /// <param name="curvature">Of each example the curvature of its loss.</param>
    public TreeNode[] Grow(double[] gradient, double[] curvature)
    {
        var nodes = new List<TreeNode>();
        Grow([.. Enumerable.Range(0, bins.Count)], 0);
        return [.. nodes];

        int Grow(int[] examples, int level)
        {
            var place = nodes.Count;
            nodes.Add(default);
            if (level < depth && Best(examples, gradient, curvature) is { } best)
            {
                var left = Grow([.. examples.Where(example => bins.Of(best.Feature)[example] <= best.Bin)], level + 1);
                var right = Grow([.. examples.Where(example => bins.Of(best.Feature)[example] > best.Bin)], level + 1);
                nodes[place] = new TreeNode(best.Feature, bins.Thresholds(best.Feature)[best.Bin], left, right);
            }
            else
            {
                var value = -rate * examples.Sum(example => gradient[example]) / (examples.Sum(example => curvature[example]) + penalty);
                nodes[place] = new TreeNode(-1, (float)value, 0, 0);
            }

            return place;
        }
    }

    private (int Feature, int Bin)? Best(int[] examples, double[] gradient, double[] curvature)
    {
        if (examples.Length < 2 * leastLeaf)
        {
            return null;
        }

        var (allGradient, allCurvature) = (examples.Sum(example => gradient[example]), examples.Sum(example => curvature[example]));
        (int, int)? found = null;
        var most = 1e-12 + (allGradient * allGradient / (allCurvature + penalty));
        for (var feature = 0; feature < bins.Features; feature++)
        {
            Fill(bins.Of(feature), examples, gradient, curvature);
            var (slope, curve, count) = (0.0, 0.0, 0);
            for (var bin = 0; bin < bins.Thresholds(feature).Length; bin++)
            {
                (slope, curve, count) = (slope + _gradients[bin], curve + _curvatures[bin], count + _counts[bin]);
                if (count < leastLeaf || examples.Length - count < leastLeaf)
                {
                    continue;
                }

                var (rest, restCurve) = (allGradient - slope, allCurvature - curve);
                var gain = (slope * slope / (curve + penalty)) + (rest * rest / (restCurve + penalty));
                if (gain > most)
                {
                    (most, found) = (gain, (feature, bin));
                }
            }
        }

        return found;
    }

    private void Fill(ReadOnlySpan<byte> of, int[] examples, double[] gradient, double[] curvature)
    {
        Array.Clear(_gradients);
        Array.Clear(_curvatures);
        Array.Clear(_counts);
        foreach (var example in examples)
        {
            var bin = of[example];
            _gradients[bin] += gradient[example];
            _curvatures[bin] += curvature[example];
            _counts[bin]++;
        }
    }
}
