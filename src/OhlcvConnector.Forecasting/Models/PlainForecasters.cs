using OhlcvConnector.Forecasting.Data;

namespace OhlcvConnector.Forecasting.Models;

/// <summary>"No change": 0 of a return, a coin of a direction, the last one of a volatility.</summary>
internal sealed class NaiveForecaster : IForecaster
{
    public double[] State { get; set; } = [];

    public int Outputs => 1;

    public static double Of(FeatureTable table, int index) => table.Definition.Target switch
    {
        ForecastTarget.Direction => 0.5,
        ForecastTarget.Volatility => double.IsFinite(table.Known[index]) ? table.Known[index] : 0,
        _ => 0,
    };

    public void Fit(FitInput input, CancellationToken cancellationToken)
    {
    }

    public void Predict(Samples samples, int index, Span<double> values) => values[0] = Of(samples.Table, index);
}

/// <summary>The mean of the targets of the training.</summary>
internal sealed class DriftForecaster : IForecaster
{
    public double[] State { get; set; } = [0];

    public int Outputs => 1;

    public void Fit(FitInput input, CancellationToken cancellationToken) => State = [input.Train.Concat(input.Validation).Average(input.TargetOf)];

    public void Predict(Samples samples, int index, Span<double> values) => values[0] = State[0];
}

/// <summary>What was a season ago; of horizons beyond a season, the newest season that is known.</summary>
internal sealed class SeasonalForecaster : IForecaster
{
    public double[] State { get; set; } = [0];

    public int Outputs => 1;

    public void Fit(FitInput input, CancellationToken cancellationToken) => State = [input.Definition.SeasonLength()];

    public void Predict(Samples samples, int index, Span<double> values)
    {
        var (season, horizon) = ((int)State[0], samples.Definition.Horizon);
        var back = (horizon + season - 1) / season * season; // the target of that candle ended at this one, or before
        var then = index + horizon - back;
        values[0] = then >= 0 && double.IsFinite(samples.Table.Known[then]) ? samples.Table.Known[then] : NaiveForecaster.Of(samples.Table, index);
    }
}

/// <summary>Simple exponential smoothing of what the target was, with the factor that would have been best in training.</summary>
internal sealed class SmoothingForecaster : IForecaster
{
    private const int Most = 400; // candles that are looked back over; what is older weighs less than 1/50 even at the smallest factor

    private static readonly double[] Factors = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8];

    public double[] State { get; set; } = [0.1];

    public int Outputs => 1;

    public void Fit(FitInput input, CancellationToken cancellationToken)
    {
        var indexes = input.Train.Concat(input.Validation).ToArray();
        State = [Factors.MinBy(factor => Loss(factor))];

        double Loss(double factor) => indexes.Where((_, at) => at % Math.Max(1, indexes.Length / 500) == 0)
            .Average(index => Math.Pow(Smooth(input.Samples.Table, index, factor) - input.TargetOf(index), 2));
    }

    public void Predict(Samples samples, int index, Span<double> values) => values[0] = Smooth(samples.Table, index, State[0]);

    private static double Smooth(FeatureTable table, int index, double factor)
    {
        var (sum, weights, weight) = (0.0, 0.0, 1.0);
        for (var at = index; at >= Math.Max(0, index - Most); at--)
        {
            if (double.IsFinite(table.Known[at]))
            {
                sum += weight * table.Known[at];
                weights += weight;
            }

            weight *= 1 - factor;
        }

        return weights > 0 ? sum / weights : NaiveForecaster.Of(table, index);
    }
}
