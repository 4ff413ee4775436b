using OhlcvConnector.Forecasting.Data;

namespace OhlcvConnector.Forecasting;

/// <summary>How far the newest candles are from what a model was trained and measured on.</summary>
public sealed record ForecastDrift
{
    /// <summary>Least index of a feature above which it is another than in training, by custom: 0.1 is some change, 0.25 much.</summary>
    public const double FeatureLimit = 0.25;

    /// <summary>Candles that are compared where nothing else is said.</summary>
    public const int UsualCandles = TrainedTenths.Block;

    /// <summary>Ratio of errors above which a model errs more than it did when it was measured.</summary>
    public const double ErrorLimit = 1.5;

    /// <summary>Least number of errors that are judged.</summary>
    public const int LeastErrors = 50;

    /// <summary>Candles whose features were compared.</summary>
    public required int Candles { get; init; }

    /// <summary>
    /// Of each column the population stability index against the training window, the furthest above its limit first; empty of models of an older version.
    /// </summary>
    public required IReadOnlyList<FeatureDrift> Features { get; init; }

    /// <summary>Forecasts on candles after the training whose target is known by now.</summary>
    public required int Errors { get; init; }

    /// <summary>Their root mean square error, in the target's unit; null where there are fewer than <see cref="LeastErrors"/>.</summary>
    public double? Rmse { get; init; }

    /// <summary>That error by the one of the evaluation; null where either is missing.</summary>
    public double? ErrorRatio { get; init; }

    /// <summary>Skill against no change on these candles; null where they are too few.</summary>
    public double? Skill { get; init; }

    /// <summary>True where a feature or the error is above its limit.</summary>
    public bool IsDrifting => Features.Any(feature => feature.Index > feature.Limit) || ErrorRatio > ErrorLimit;

    /// <summary>In words.</summary>
    public string Text
    {
        get
        {
            var feature = Features.Count > 0 ? FormattableString.Invariant($"features {Features[0].Index:0.00} of {Features[0].Limit:0.00} ({Features[0].Name}) over {Candles} candles") : "features unknown";
            var error = ErrorRatio is { } ratio ? FormattableString.Invariant($"error {ratio:0.00} of the evaluation's over {Errors} forecasts, skill {Skill:0.0000}")
                : FormattableString.Invariant($"error unknown: {Errors} of {LeastErrors} forecasts after the training");
            return $"{(IsDrifting ? "DRIFTS" : "no drift")}: {feature}; {error}";
        }
    }
}

/// <summary>How far a feature is from its training.</summary>
/// <param name="Name">The column.</param>
/// <param name="Index">Population stability index over tenths of the training.</param>
/// <param name="Limit">
/// The index above which it is another: <see cref="ForecastDrift.FeatureLimit"/>, or twice what a block of the training had against the whole, where that is
/// more: what moves slowly differs from block to block without any drift.
/// </param>
public sealed record FeatureDrift(string Name, double Index, double Limit)
{
    /// <summary>The index by its limit; above 1 the feature is another than in training.</summary>
    public double Ratio => Index / Limit;
}
