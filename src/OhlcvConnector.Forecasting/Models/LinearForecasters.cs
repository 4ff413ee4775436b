using OhlcvConnector.Forecasting.Data;
using OhlcvConnector.Forecasting.Onnx;

namespace OhlcvConnector.Forecasting.Models;

/// <summary>Ridge regression on the window (Hoerl and Kennard 1970); the penalty is the one that is best on the validation.</summary>
internal sealed class RidgeForecaster : IForecaster, IExportable
{
    private static readonly double[] Penalties = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10];

    public double[] State { get; set; } = [0];

    public int Outputs => 1;

    public void Fit(FitInput input, CancellationToken cancellationToken)
    {
        var size = input.Samples.Window(input.Train[0]).Length;
        var (products, sums) = (new double[size * size], new double[size]);
        var mean = input.Train.Average(input.TargetOf);
        var row = new double[size];
        foreach (var index in input.Train)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Read(input.Samples, index, row);
            var target = input.TargetOf(index) - mean;
            for (var one = 0; one < size; one++)
            {
                sums[one] += row[one] * target;
                Networks.Kernels.AddScaled<double>(row[one], row.AsSpan(0, one + 1), products.AsSpan(one * size, one + 1));
            }
        }

        var best = double.PositiveInfinity;
        foreach (var penalty in Penalties)
        {
            var weights = Solve(products, sums, penalty * input.Train.Length);
            double[] state = [mean, .. weights];
            var loss = input.Validation.Average(index => Math.Pow(Value(state, input.Samples, index) - input.TargetOf(index), 2));
            if (loss < best)
            {
                (best, State) = (loss, state);
            }
        }
    }

    public void Predict(Samples samples, int index, Span<double> values) =>
        values[0] = samples.Definition.Target == ForecastTarget.Direction ? Math.Clamp(Value(State, samples, index), 0, 1) : Value(State, samples, index);

    public void AddTo(OnnxGraph graph, string rows, ForecastDefinition definition, int columns)
    {
        var isChance = definition.Target == ForecastTarget.Direction;
        var row = graph.Cast(graph.Add("Flatten", [rows]), OnnxGraph.Element.Double);
        var products = graph.Add("MatMul", [row, graph.Add(State.AsSpan(1), State.Length - 1, 1)]);
        var sum = graph.Add("Add", [products, graph.Add(State.AsSpan(0, 1))], name: isChance ? null : "forecast");
        if (isChance)
        {
            graph.Add("Clip", [sum, graph.Add([0.0]), graph.Add([1.0])], name: "forecast");
        }
    }

    /// <summary>Solves by Cholesky's decomposition; the penalty makes the matrix definite.</summary>
    internal static double[] Solve(double[] products, double[] sums, double penalty)
    {
        var size = sums.Length;
        var lower = (double[])products.Clone();
        for (var row = 0; row < size; row++)
        {
            lower[(row * size) + row] += penalty;
            for (var column = 0; column <= row; column++)
            {
                var sum = lower[(row * size) + column]
                    - Networks.Kernels.Dot<double>(lower.AsSpan(row * size, column), lower.AsSpan(column * size, column));
                lower[(row * size) + column] = row == column ? Math.Sqrt(Math.Max(sum, 1e-300)) : sum / lower[(column * size) + column];
            }
        }

        var solution = (double[])sums.Clone();
        for (var row = 0; row < size; row++)
        {
            solution[row] = (solution[row] - Networks.Kernels.Dot<double>(lower.AsSpan(row * size, row), solution.AsSpan(0, row))) / lower[(row * size) + row];
        }

        for (var row = size - 1; row >= 0; row--)
        {
            solution[row] /= lower[(row * size) + row];
            Networks.Kernels.AddScaled<double>(-solution[row], lower.AsSpan(row * size, row), solution.AsSpan(0, row));
        }

        return solution;
    }

    private static void Read(Samples samples, int index, Span<double> row)
    {
        var window = samples.Window(index);
        for (var at = 0; at < row.Length; at++)
        {
            row[at] = window[at];
        }
    }

    private static double Value(double[] state, Samples samples, int index)
    {
        var window = samples.Window(index);
        var sum = state[0];
        for (var at = 0; at < window.Length; at++)
        {
            sum += state[at + 1] * window[at];
        }

        return sum;
    }
}

/// <summary>Logistic regression of the direction on the last return; a return is the mean move in that direction, as likely as it says.</summary>
internal sealed class LogisticForecaster : IForecaster
{
    public double[] State { get; set; } = [0, 0, 1, 0]; // intercept, slope, deviation of the last return, mean absolute target

    public int Outputs => 1;

    public void Fit(FitInput input, CancellationToken cancellationToken)
    {
        if (input.Definition.Target == ForecastTarget.Volatility)
        {
            throw new ForecastException("The model logistic forecasts directions and returns, not volatility: take ridge, smoothing or lstm.");
        }

        int[] all = [.. input.Train, .. input.Validation];
        var deviation = Math.Sqrt(all.Average(index => Math.Pow(Last(input.Samples, index), 2)));
        State = [0, 0, deviation > 0 ? deviation : 1, all.Average(index => Math.Abs(input.TargetOf(index)))];
        for (var round = 0; round < 25; round++) // Newton's steps
        {
            var (first, second, one, cross, square) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
            foreach (var index in all)
            {
                var x = Last(input.Samples, index) / State[2];
                var chance = Chance(x);
                var error = (IsUp(input, index) ? 1 : 0) - chance;
                var weight = chance * (1 - chance);
                first += error;
                second += error * x;
                one += weight;
                cross += weight * x;
                square += weight * x * x;
            }

            var determinant = (one * square) - (cross * cross);
            State[0] += ((first * square) - (second * cross)) / determinant;
            State[1] += ((second * one) - (first * cross)) / determinant;
        }
    }

    public void Predict(Samples samples, int index, Span<double> values)
    {
        var chance = Chance(Last(samples, index) / State[2]);
        values[0] = samples.Definition.Target == ForecastTarget.Direction ? chance : ((2 * chance) - 1) * State[3];
    }

    private static bool IsUp(FitInput input, int index) => input.TargetOf(index) > (input.Definition.Target == ForecastTarget.Direction ? 0.5 : 0);

    private static double Last(Samples samples, int index)
    {
        var bars = samples.Table.Series.Bars;
        return index == 0 ? 0 : Math.Log(bars[index].Close / bars[index - 1].Close);
    }

    private double Chance(double x) => 1 / (1 + Math.Exp(-(State[0] + (State[1] * x))));
}
