using OhlcvConnector.Forecasting.Data;
using OhlcvConnector.Forecasting.Onnx;
using OhlcvConnector.Forecasting.Trees;

namespace OhlcvConnector.Forecasting.Models;

/// <summary>
/// Gradient-boosted trees on the window: small trees one after the other, each on what those before it left over, as many as were best on the validation.
/// None is "no change".
/// </summary>
internal sealed class TreesForecaster : IForecaster, IExportable
{
    private const int TreesOfEpoch = 10;
    private const int Depth = 4;
    private const int LeastLeaf = 20;
    private const double Penalty = 1;
    private const double Rate = 0.05;

    private readonly List<TreeNode[]> _trees = [];
    private readonly bool _isChance;
    private double _mean;
    private double _deviation = 1;

    public TreesForecaster(ForecastDefinition definition) => _isChance = definition.Target == ForecastTarget.Direction;

    public int Outputs => 1;

    public double[] State
    {
        get => [_mean, _deviation, .. _trees.SelectMany(tree => tree.SelectMany(
            node => new double[] { node.Feature, node.Number, node.Left, node.Right }).Prepend(tree.Length))];
        set
        {
            _trees.Clear();
            (_mean, _deviation) = (value[0], value[1]);
            for (var at = 2; at < value.Length;)
            {
                var tree = new TreeNode[(int)value[at++]];
                for (var node = 0; node < tree.Length; node++, at += 4)
                {
                    tree[node] = new TreeNode((int)value[at], (float)value[at + 1], (int)value[at + 2], (int)value[at + 3]);
                }

                _trees.Add(tree);
            }
        }
    }

    public void Fit(FitInput input, CancellationToken cancellationToken)
    {
        _trees.Clear();
        (_mean, _deviation) = _isChance ? (0, 1) : NetworkForecaster.Measure(input);
        var (rows, wanted) = Examples(input, input.Train);
        var (checks, checkWanted) = Examples(input, input.Validation);
        var grower = new TreeGrower(new TreeBins(rows), Depth, LeastLeaf, Penalty, Rate);
        var (sums, checkSums) = (new double[rows.Length], new double[checks.Length]);
        var (gradient, curvature) = (new double[rows.Length], new double[rows.Length]);
        var (best, count, epoch) = (Loss(checkSums, checkWanted), 0, 0);
        var began = input.Options.Clock.GetTimestamp();
        for (; epoch < input.Definition.Epochs && _trees.Count - count < input.Definition.Patience * TreesOfEpoch; epoch++)
        {
            for (var tree = 0; tree < TreesOfEpoch; tree++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Slopes(sums, wanted, gradient, curvature);
                _trees.Add(grower.Grow(gradient, curvature));
                Add(rows, sums);
                Add(checks, checkSums);
                if (Loss(checkSums, checkWanted) is var loss && loss < best)
                {
                    (best, count) = (loss, _trees.Count);
                }
            }

            var left = input.Options.Clock.GetElapsedTime(began) / (epoch + 1) * (input.Definition.Epochs - epoch - 1);
            input.Options.Progress?.Invoke(new TrainingProgress(
                input.Options.Part, epoch + 1, input.Definition.Epochs, Loss(sums, wanted), Loss(checkSums, checkWanted), left));
        }

        _trees.RemoveRange(count, _trees.Count - count);
    }

    public void Predict(Samples samples, int index, Span<double> values)
    {
        var window = samples.Window(index);
        var sum = 0.0;
        foreach (var tree in _trees)
        {
            sum += TreeNode.Value(tree, window);
        }

        values[0] = _isChance ? 1 / (1 + Math.Exp(-sum)) : _mean + (_deviation * sum);
    }

    public void AddTo(OnnxGraph graph, string rows, ForecastDefinition definition, int columns)
    {
        var row = graph.Add("Flatten", [rows]);
        var sum = _trees.Count == 0
            ? graph.Add("MatMul", [row, graph.Add(new float[definition.Window * columns], definition.Window * columns, 1)])
            : OnnxLayers.Trees(graph, row, _trees);
        var exact = graph.Cast(sum, OnnxGraph.Element.Double);
        if (_isChance)
        {
            graph.Add("Sigmoid", [exact], name: "forecast");
            return;
        }

        graph.Add("Add", [graph.Add("Mul", [exact, graph.Add([_deviation])]), graph.Add([_mean])], name: "forecast");
    }

    private (float[][] Rows, double[] Wanted) Examples(FitInput input, int[] examples) => (
        [.. examples.Select(index => input.Samples.Window(index).ToArray())],
        [.. examples.Select(index => _isChance ? input.TargetOf(index) : (input.TargetOf(index) - _mean) / _deviation)]);

    private void Add(float[][] rows, double[] sums)
    {
        for (var index = 0; index < rows.Length; index++)
        {
            sums[index] += TreeNode.Value(_trees[^1], rows[index]);
        }
    }

    private void Slopes(double[] sums, double[] wanted, double[] gradient, double[] curvature)
    {
        for (var index = 0; index < sums.Length; index++)
        {
            var said = _isChance ? 1 / (1 + Math.Exp(-sums[index])) : sums[index];
            gradient[index] = said - wanted[index];
            curvature[index] = _isChance ? said * (1 - said) : 1;
        }
    }

    private double Loss(double[] sums, double[] wanted) => sums.Zip(wanted, (sum, value) => _isChance
        ? Math.Log(1 + Math.Exp(value > 0.5 ? -sum : sum))
        : (sum - value) * (sum - value) / 2).Average();
}
