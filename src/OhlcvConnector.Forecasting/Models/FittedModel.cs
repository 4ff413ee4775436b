using OhlcvConnector.Forecasting.Data;

namespace OhlcvConnector.Forecasting.Models;

/// <summary>A model with all that it needs to forecast: the scale of its features, what it learnt, and how wide its band is.</summary>
internal sealed class FittedModel(ForecastDefinition definition, Scaler scaler, IForecaster forecaster, double[] band)
{
    private const double ValidationShare = 0.15;
    private const int LeastTrain = 50;
    private const int LeastValidation = 20;

    public ForecastDefinition Definition { get; } = definition;

    public Scaler Scaler { get; } = scaler;

    public IForecaster Forecaster { get; } = forecaster;

    /// <summary>What the levels stand away from the point; empty where the model gives them itself, or there is no band.</summary>
    public double[] Band { get; } = band;

    /// <summary>Where the features lay in training; null of models of an older version.</summary>
    public TrainedTenths[]? Trained { get; init; }

    /// <summary>Least number of examples to train on.</summary>
    public static int LeastExamples(int horizon) => LeastTrain + LeastValidation + horizon;

    /// <summary>Trains a model on examples; the last of them are its validation, and none between whose target reaches into it.</summary>
    public static FittedModel Fit(
        FeatureTable table, int[] examples, TrainingOptions options, ForecastDefinition definition, string? checkpoint, CancellationToken cancellationToken)
    {
        if (examples.Length < LeastExamples(definition.Horizon))
        {
            throw FeatureTable.TooFew(
                table.Series, LeastExamples(definition.Horizon) + table.WarmUp + definition.Horizon + table.TargetsOverGaps + table.WindowsWithHoles);
        }

        var validation = examples[^Math.Max(LeastValidation, (int)(examples.Length * ValidationShare))..];
        var train = examples[..^validation.Length].Where(index => index + definition.Horizon <= validation[0]).ToArray();
        if (train.Length < LeastTrain)
        {
            throw FeatureTable.TooFew(table.Series, table.Series.Bars.Count + LeastTrain - train.Length);
        }

        var scaler = Scaler.Of(table, train[0] - definition.Window + 1, train[^1]);
        var forecaster = Forecasters.Create(definition, table.Columns.Count);
        var input = new FitInput(new Samples(table, scaler), definition, train, validation, options)
        {
            CheckpointFile = checkpoint,
            Key = checkpoint is null ? "" : $"{definition.Hash()} {table.Series.Hash()} {train[0]} {validation[^1]}",
        };
        forecaster.Fit(input, cancellationToken);
        return new FittedModel(definition, scaler, forecaster, BandOf(input, forecaster))
        {
            Trained = TrainedTenths.Of(table, train[0] - definition.Window + 1, train[^1]),
        };
    }

    /// <summary>The model with a band by the errors of forecasts, which it had not seen; as it is, where they are too few.</summary>
    public FittedModel WithBand(IReadOnlyList<double> errors) =>
        Forecaster.Outputs > 1 || Definition.Target == ForecastTarget.Direction || errors.Count < LeastValidation
            ? this
            : new FittedModel(Definition, Scaler, Forecaster, BandOf(Definition, errors)) { Trained = Trained };

    /// <summary>Forecasts at a candle: the point, and the band, empty for none.</summary>
    public (double Point, double[] Band) Predict(Samples samples, int index)
    {
        Span<double> values = stackalloc double[Forecaster.Outputs];
        Forecaster.Predict(samples, index, values);
        var point = values[values.Length / 2];
        return (point, Forecaster.Outputs > 1 ? values.ToArray() : [.. Band.Select(distance => Math.Max(point + distance, Least()))]);
    }

    private static double[] BandOf(FitInput input, IForecaster forecaster)
    {
        if (forecaster.Outputs > 1 || input.Definition.Target == ForecastTarget.Direction)
        {
            return [];
        }

        var value = new double[1];
        return BandOf(input.Definition, [.. input.Validation.Select(index =>
        {
            forecaster.Predict(input.Samples, index, value);
            return input.TargetOf(index) - value[0];
        })]);
    }

    private static double[] BandOf(ForecastDefinition definition, IReadOnlyList<double> errors)
    {
        var sorted = errors.Order().ToArray();
        return [.. definition.Levels.Select(level => Quantile(sorted, level))];
    }

    /// <summary>The quantile of numbers in order, between two of them by their distance.</summary>
    private static double Quantile(double[] sorted, double level)
    {
        var place = level * (sorted.Length - 1);
        var below = (int)place;
        return sorted[below] + ((sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]) * (place - below));
    }

    private double Least() => Definition.Target == ForecastTarget.Volatility ? 0 : double.NegativeInfinity;
}
