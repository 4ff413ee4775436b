namespace OhlcvConnector.Forecasting.Models;

/// <summary>The models by name.</summary>
internal static class Forecasters
{
    /// <summary>The names, the plainest first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["naive", "drift", "seasonal", "smoothing", "ridge", "logistic", "trees", "lstm", "tcn"];

    /// <summary>Those that any other is shown beside.</summary>
    public static IReadOnlyList<string> Baselines { get; } = ["naive", "drift", "seasonal"];

    /// <summary>Makes a model that has learnt nothing yet.</summary>
    /// <exception cref="ForecastException">There is no such model.</exception>
    public static IForecaster Create(ForecastDefinition definition, int inputs) => definition.Model switch
    {
        "naive" => new NaiveForecaster(),
        "drift" => new DriftForecaster(),
        "seasonal" => new SeasonalForecaster(),
        "smoothing" => new SmoothingForecaster(),
        "ridge" => new RidgeForecaster(),
        "logistic" => new LogisticForecaster(),
        "trees" => new TreesForecaster(definition),
        "lstm" or "tcn" => new NetworkForecaster(definition, inputs),
        _ => throw new ForecastException($"There is no model '{definition.Model}'. Models are {string.Join(", ", Names)}."),
    };
}
