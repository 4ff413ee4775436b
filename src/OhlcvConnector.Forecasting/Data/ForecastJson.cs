using System.Text.Json.Serialization;

namespace OhlcvConnector.Forecasting;

/// <summary>How definitions are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ForecastDefinition))]
internal sealed partial class ForecastJson : JsonSerializerContext;
