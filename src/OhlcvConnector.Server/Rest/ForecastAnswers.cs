using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OhlcvConnector.Server.Rest;

/// <summary>How answers on forecasts are written.</summary>
[JsonSerializable(typeof(ForecastModelsAnswer))]
[JsonSerializable(typeof(ForecastCardAnswer))]
[JsonSerializable(typeof(ForecastAnswer))]
[JsonSerializable(typeof(ForecastExplainAnswer))]
internal sealed partial class ForecastsJson : JsonSerializerContext;

/// <summary>The models.</summary>
internal sealed record ForecastModelsAnswer : RestAnswer
{
    public required IReadOnlyList<ForecastModelRow> Models { get; init; }
}

/// <summary>A version of a model.</summary>
internal sealed record ForecastModelRow
{
    public required string Model { get; init; }

    public required string Version { get; init; }

    [Description("Whether the model's name stands for this version.")]
    public required bool IsCurrent { get; init; }

    [Description("return, direction, volatility or quantiles.")]
    public required string? Target { get; init; }

    public required string? Interval { get; init; }

    [Description("Candles from now to the moment that is forecast.")]
    public required int? Horizon { get; init; }

    public required double? Skill { get; init; }

    public required double? SkillLow { get; init; }

    public required double? SkillHigh { get; init; }

    [Description("How the model did against no change, in words; of a file that cannot be read, why.")]
    public required string Verdict { get; init; }

    [Description("How far the newest candles of what it forecasts after closes are from its training, in words; null of what forecasts none.")]
    public required string? Drift { get; init; }

    public required string Card { get; init; }
}

/// <summary>The card of a model.</summary>
internal sealed record ForecastCardAnswer : RestAnswer
{
    public required JsonElement Card { get; init; }
}

/// <summary>What forecasts have in common.</summary>
internal abstract record ForecastOfSeries : RestAnswer
{
    public required string Exchange { get; init; }

    public required string Market { get; init; }

    public required string Symbol { get; init; }

    public required string Interval { get; init; }

    public required string Model { get; init; }

    public required string Version { get; init; }

    [Description("How the model did against no change, in words. A forecast is no advice.")]
    public required string Verdict { get; init; }

    public required double? Skill { get; init; }

    public required double? SkillLow { get; init; }

    public required double? SkillHigh { get; init; }

    [Description("Where the model's card is.")]
    public required string Card { get; init; }

    [Description("Close time of the last candle that the forecast knows.")]
    public required DateTimeOffset KnownAt { get; init; }

    public required decimal AgeSeconds { get; init; }

    [Description("Holes in the candles that it was made from; features over a hole are calculated as if there were none.")]
    public required int Holes { get; init; }
}

/// <summary>A forecast.</summary>
internal sealed record ForecastAnswer : ForecastOfSeries
{
    public required string Target { get; init; }

    [Description("The moment that is forecast.")]
    public required DateTimeOffset At { get; init; }

    public required double Close { get; init; }

    [Description("A logarithmic return, a probability of going up, or a volatility of each candle.")]
    public required double Point { get; init; }

    public required IReadOnlyList<ForecastBandRow> Band { get; init; }
}

/// <summary>A quantile.</summary>
internal sealed record ForecastBandRow
{
    public required double Level { get; init; }

    public required double Value { get; init; }

    public required double? Price { get; init; }
}

/// <summary>What a forecast hangs on.</summary>
internal sealed record ForecastExplainAnswer : ForecastOfSeries
{
    public required IReadOnlyList<ForecastFeatureRow> Features { get; init; }
}

/// <summary>A feature.</summary>
internal sealed record ForecastFeatureRow
{
    public required string Feature { get; init; }

    [Description("Mean absolute change of the point when the feature is as it was at other moments.")]
    public required double Change { get; init; }

    public required double Share { get; init; }
}
