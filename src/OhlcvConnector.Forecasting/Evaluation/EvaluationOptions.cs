namespace OhlcvConnector.Forecasting;

/// <summary>How a model is evaluated.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Parts to test, from 1 to 100. Default: 5.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Share of the examples that the first training has, from 0.2 to 0.9; the folds share the rest. Default: 0.5.</summary>
    public double FirstTraining { get; init; } = 0.5;

    /// <summary>Candles left out before each test beside the purge; null for as many as the horizon.</summary>
    public int? Embargo { get; init; }

    /// <summary>Cost of a change by a whole position, as a share of its value. Default: 0.001.</summary>
    public double Cost { get; init; } = 0.001;

    /// <summary>Drawings of the bootstrap. Default: 1,000.</summary>
    public int Drawings { get; init; } = 1000;

    /// <summary>File in which the forecasts of each part are kept once it is tested, and from which a stopped evaluation goes on; null for none.</summary>
    public string? CheckpointFile { get; init; }

    /// <summary>How training runs.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Refuses what is out of range.</summary>
    internal void Check()
    {
        if (Folds is < 1 or > 100 || !(FirstTraining is >= 0.2 and <= 0.9) || Embargo is < 0 || !(Cost is >= 0 and < 1) || Drawings is < 100 or > 100_000)
        {
            throw new ForecastException("Folds must be 1 to 100, the first training 0.2 to 0.9, the embargo and cost at least 0, drawings 100 to 100000.");
        }
    }
}
