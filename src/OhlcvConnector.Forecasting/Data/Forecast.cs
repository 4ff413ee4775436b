namespace OhlcvConnector.Forecasting;

/// <summary>A forecast, with how good its model has been: the one is not to be had without the other.</summary>
public sealed record Forecast
{
    /// <summary>Name of the series.</summary>
    public required string Series { get; init; }

    /// <summary>What is forecast.</summary>
    public required ForecastTarget Target { get; init; }

    /// <summary>End of the last candle that was known, UTC: what came later has no part in it.</summary>
    public required DateTimeOffset KnownAt { get; init; }

    /// <summary>The moment that is forecast, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The close that the forecast starts from.</summary>
    public required double Close { get; init; }

    /// <summary>The point: a logarithmic return, a probability of going up, or a volatility of each candle.</summary>
    public required double Point { get; init; }

    /// <summary>The band, by level; empty for a direction.</summary>
    public required IReadOnlyList<ForecastQuantile> Band { get; init; }

    /// <summary>Skill against "no change" in walk-forward evaluation; null where the model was never evaluated.</summary>
    public double? Skill { get; init; }

    /// <summary>Lower end of the skill's 95 % interval.</summary>
    public double? SkillLow { get; init; }

    /// <summary>Upper end of the skill's 95 % interval.</summary>
    public double? SkillHigh { get; init; }

    /// <summary>The verdict on the model in words, such as <c>no better than no change</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>True when the candles are simulated, those of the training or these.</summary>
    public bool IsSandbox { get; init; }
}

/// <summary>How much a forecast hangs on a feature.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Change">Mean absolute change of the point, in the target's unit, when the feature is as it was at other moments.</param>
/// <param name="Share">Share of all changes, from 0 to 1; 0 where no feature changes anything.</param>
public sealed record FeatureImportance(string Feature, double Change, double Share);

/// <summary>A quantile of a forecast.</summary>
/// <param name="Level">The level, from 0 to 1: the share that is said to come below.</param>
/// <param name="Value">The value, in the target's unit.</param>
/// <param name="Price">The price that it means; null for a volatility.</param>
public sealed record ForecastQuantile(double Level, double Value, double? Price);
