using OhlcvConnector.Forecasting.Data;

namespace OhlcvConnector.Forecasting.Models;

/// <summary>What a model learns from.</summary>
internal sealed record FitInput(Samples Samples, ForecastDefinition Definition, int[] Train, int[] Validation, TrainingOptions Options)
{
    /// <summary>The file that training is kept in; null for none.</summary>
    public string? CheckpointFile { get; init; }

    /// <summary>What must be equal for a kept training to go on.</summary>
    public string Key { get; init; } = "";

    public double TargetOf(int index) => Samples.Table.Targets[index];
}

/// <summary>A model. All that it learnt is its state.</summary>
internal interface IForecaster
{
    /// <summary>What it learnt, as numbers.</summary>
    double[] State { get; set; }

    /// <summary>Numbers that a forecast has: 1, the point; or one for each level.</summary>
    int Outputs { get; }

    /// <summary>Learns.</summary>
    void Fit(FitInput input, CancellationToken cancellationToken);

    /// <summary>Forecasts at a candle out of it and earlier ones.</summary>
    void Predict(Samples samples, int index, Span<double> values);
}
