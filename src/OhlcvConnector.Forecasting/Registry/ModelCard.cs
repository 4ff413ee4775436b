namespace OhlcvConnector.Forecasting;

/// <summary>What a model is, what it was trained on, how good it is, and its limits. It stands beside each model, as JSON and as Markdown.</summary>
public sealed record ModelCard
{
    /// <summary>Limits that hold for every model.</summary>
    public static IReadOnlyList<string> CommonLimits { get; } =
    [
        "A forecast is no advice. Most series of prices cannot be forecast better than by \"no change\", and the skill says whether this one was.",
        "The skill is of the past: markets change, and what was learnt goes stale.",
        "Several models tried on the same candles make the best of them look better than it is.",
    ];

    /// <summary>Name of the model; several versions can have it.</summary>
    public required string Name { get; init; }

    /// <summary>Version: the time of its training and the beginning of its hash.</summary>
    public required string Version { get; init; }

    /// <summary>Time of the training, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Version of this library that trained it.</summary>
    public required string Library { get; init; }

    /// <summary>The definition.</summary>
    public required ForecastDefinition Definition { get; init; }

    /// <summary>Hash of the definition.</summary>
    public required string DefinitionHash { get; init; }

    /// <summary>Name of the series that it was trained on.</summary>
    public required string Series { get; init; }

    /// <summary>True when that series is simulated.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>Number of candles.</summary>
    public required int Candles { get; init; }

    /// <summary>Open time of the first candle, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Open time of the last candle, UTC.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Hash of the candles.</summary>
    public required string DataHash { get; init; }

    /// <summary>Examples that it was trained and validated on.</summary>
    public required int Examples { get; init; }

    /// <summary>Targets left out because they span missing candles.</summary>
    public required int TargetsOverGaps { get; init; }

    /// <summary>Windows left out because a number is missing in them.</summary>
    public required int WindowsWithHoles { get; init; }

    /// <summary>Columns of the features.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Walk-forward evaluation of the same definition on the same candles; null where it was left out.</summary>
    public ForecastEvaluation? Evaluation { get; init; }

    /// <summary>Of a network that was trained elsewhere, the end of what it was trained on, as its maker said: nothing before it measures it. UTC.</summary>
    public DateTimeOffset? TrainedUntil { get; init; }

    /// <summary>The verdict in words.</summary>
    public string Verdict => Evaluation?.Verdict ?? "not evaluated: nobody knows whether it is better than no change";

    /// <summary>The limits.</summary>
    public IReadOnlyList<string> Limits { get; init; } = CommonLimits;
}
