using System.Text.Json;
using OhlcvConnector.Forecasting.Registry;

namespace OhlcvConnector.Forecasting;

/// <summary>Text of what this library says: JSON without rounding.</summary>
public static class ForecastText
{
    /// <summary>Writes an evaluation as JSON.</summary>
    /// <param name="evaluation">The evaluation.</param>
    public static string Json(ForecastEvaluation evaluation) => JsonSerializer.Serialize(evaluation, RegistryJson.Indented.ForecastEvaluation);

    /// <summary>Writes a definition as JSON.</summary>
    /// <param name="definition">The definition.</param>
    public static string Json(ForecastDefinition definition) => JsonSerializer.Serialize(definition, RegistryJson.Indented.ForecastDefinition);

    /// <summary>Writes what a forecast hangs on as JSON.</summary>
    /// <param name="features">The features.</param>
    public static string Json(IReadOnlyList<FeatureImportance> features) =>
        JsonSerializer.Serialize(features, RegistryJson.Indented.IReadOnlyListFeatureImportance);

    /// <summary>Writes a forecast as JSON.</summary>
    /// <param name="forecast">The forecast.</param>
    public static string Json(Forecast forecast) => JsonSerializer.Serialize(forecast, RegistryJson.Indented.Forecast);
}
