using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Forecasts;

/// <summary>
/// A forecast of a series as it was made at a close, with how good its model had been. Numbers are double: this is mathematics and not money.
/// </summary>
public sealed record SeriesForecast
{
    /// <summary>The series.</summary>
    public required Series Series { get; init; }

    /// <summary>Open time of the last candle that was known, Unix epoch milliseconds UTC.</summary>
    public required long OpenMs { get; init; }

    /// <summary>Its close time: what came later has no part in the forecast. Unix epoch milliseconds UTC.</summary>
    public required long CloseMs { get; init; }

    /// <summary>The moment that is forecast, Unix epoch milliseconds UTC.</summary>
    public required long AtMs { get; init; }

    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Version of the model that was promoted then; a later one changes nothing.</summary>
    public required string Version { get; init; }

    /// <summary>What is forecast: <c>return</c>, <c>direction</c>, <c>volatility</c> or <c>quantiles</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Candles from <see cref="CloseMs"/> to <see cref="AtMs"/>.</summary>
    public required int Horizon { get; init; }

    /// <summary>The close that the forecast starts from.</summary>
    public required double Close { get; init; }

    /// <summary>The point: a logarithmic return, a probability of going up, or a volatility of each candle.</summary>
    public required double Point { get; init; }

    /// <summary>The band, by level; empty for none.</summary>
    public IReadOnlyList<ForecastLevel> Band { get; init; } = [];

    /// <summary>How the model did against no change, in words.</summary>
    public required string Verdict { get; init; }

    /// <summary>True where the interval of the model's skill was above 0.</summary>
    public bool BeatsNaive { get; init; }

    /// <summary>Skill of the model against no change; null where it was never evaluated.</summary>
    public double? Skill { get; init; }

    /// <summary>Lower end of the skill's 95 % interval.</summary>
    public double? SkillLow { get; init; }

    /// <summary>Upper end of the skill's 95 % interval.</summary>
    public double? SkillHigh { get; init; }

    /// <summary>Name of the series that the model was trained and measured on: of another one its skill says little.</summary>
    public required string TrainedOn { get; init; }

    /// <summary>True when the candles are simulated.</summary>
    public bool IsSandbox { get; init; }
}

/// <summary>A quantile.</summary>
/// <param name="Level">The level, from 0 to 1: the share that is said to come below.</param>
/// <param name="Value">The value, in the target's unit.</param>
/// <param name="Price">The price that it means; null for a volatility.</param>
public readonly record struct ForecastLevel(double Level, double Value, double? Price);

/// <summary>A forecast that is kept.</summary>
/// <param name="Number">Its number in the store: later ones have larger numbers.</param>
/// <param name="Forecast">The forecast.</param>
/// <param name="KeptAt">When it was kept, UTC: nobody knew it before.</param>
public sealed record KeptForecast(long Number, SeriesForecast Forecast, DateTimeOffset KeptAt);
