using System.Text.Json;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Forecasting.Trees;
using Shouldly;

namespace OhlcvConnector.ForecastingTests;

/// <summary>Boosted trees against those of scikit-learn, and on series of which the best error is known.</summary>
public class TreeTests
{
    [Fact]
    public void Trees_are_those_of_scikit_learn()
    {
        using var truth = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Truth", "trees_sklearn.json")));
        float[][] rows =
        [
            .. truth.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.EnumerateArray().Select(one => one.GetSingle()).ToArray()),
        ];
        double[] Numbers(string name) => [.. truth.RootElement.GetProperty(name).EnumerateArray().Select(one => one.GetDouble())];
        var (wanted, said) = (Numbers("wanted"), Numbers("said"));
        var sums = Enumerable.Repeat(truth.RootElement.GetProperty("base").GetDouble(), rows.Length).ToArray();
        var grower = new TreeGrower(new TreeBins(rows), depth: 4, leastLeaf: 20, penalty: 1, rate: 0.05);
        double[] curvature = [.. Enumerable.Repeat(1.0, rows.Length)];
        for (var tree = 0; tree < 40; tree++)
        {
            var grown = grower.Grow([.. sums.Zip(wanted, (sum, value) => sum - value)], curvature);
            grown.Count(node => !node.IsLeaf).ShouldBeGreaterThan(0);
            for (var index = 0; index < rows.Length; index++)
            {
                sums[index] += TreeNode.Value(grown, rows[index]);
            }
        }

        sums.Zip(said).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(1e-5); // theirs sums gradients in single precision
    }

    [Fact]
    public void Numbers_that_differ_much_are_put_into_bins_of_as_many_each()
    {
        var random = new Random(1);
        float[][] rows = [.. Enumerable.Range(0, 6400).Select(_ => new[] { (float)Math.Exp(5 * random.NextDouble()), 3f })];
        var bins = new TreeBins(rows);

        bins.Thresholds(0).Length.ShouldBe(TreeBins.Most - 1);
        bins.Thresholds(1).Length.ShouldBe(0); // a constant is no question
        bins.Of(0).ToArray().GroupBy(bin => bin).ShouldAllBe(bin => bin.Count() == 200);
        var (of, thresholds) = (bins.Of(0).ToArray(), bins.Thresholds(0).ToArray());
        for (var index = 0; index < rows.Length; index++)
        {
            (of[index] == thresholds.Length || rows[index][0] <= thresholds[of[index]]).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_threshold_in_the_return_is_learnt_and_a_random_walk_is_not_beaten()
    {
        var random = new Random(5);
        var last = 0.0;
        var stepped = Markets.Of("steps", Enumerable.Range(0, 3000).Select(
            _ => last = (last > 0.005 ? -0.01 : last < -0.005 ? 0.01 : 0) + (Markets.Noise / 2 * Markets.Normal(random))));
        var definition = new ForecastDefinition { Model = "trees", Features = ["return:1", "hour"], Window = 5 };
        var trees = WalkForward.Evaluate(definition, stepped);
        var optimum = Markets.Noise / 2;

        trees.Scores[0].Rmse.ShouldBeLessThan(optimum * 1.05); // within 5 % of the best that there is
        trees.Verdict.ShouldBe("better than no change");
        WalkForward.Evaluate(definition with { Model = "ridge" }, stepped).Scores[0].Rmse.ShouldBeGreaterThan(trees.Scores[0].Rmse);
        WalkForward.Evaluate(definition, Markets.Autoregressive(3000, 0, seed: 4)).BeatsNaive.ShouldBeFalse();
    }
}
