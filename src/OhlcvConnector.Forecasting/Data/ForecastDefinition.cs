using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Forecasting;

/// <summary>Definition of a forecast: what is forecast, by which model, out of which features. Saved with the model, so that serving equals training.</summary>
public sealed record ForecastDefinition
{
    /// <summary>Features that are used when none are named; those that the candles have no volume or time for are refused by name.</summary>
    public static IReadOnlyList<string> StandardFeatures { get; } = ["return:1", "return:6", "range", "rsi:14", "hour"];

    /// <summary>Model: <c>naive drift seasonal smoothing ridge logistic trees lstm tcn</c>, or <c>onnx</c>, trained elsewhere. Default: lstm.</summary>
    public string Model { get; init; } = "lstm";

    /// <summary>Target. Default: the return.</summary>
    public ForecastTarget Target { get; init; }

    /// <summary>Candles from now to the moment that is forecast, from 1 to 1,000. Default: 1.</summary>
    public int Horizon { get; init; } = 1;

    /// <summary>Interval of the candles, as in <c>1h</c>; a model serves no other.</summary>
    public string Interval { get; init; } = "1h";

    /// <summary>Candles that the model looks back over, from 1 to 1,000. Default: 30.</summary>
    public int Window { get; init; } = 30;

    /// <summary>
    /// Features of each candle: <c>return:N</c>, <c>range</c>, <c>body</c>, <c>volume:N</c>, <c>hour</c>, <c>weekday</c>, <c>profile:N</c> (distance to the
    /// point of control of the last N candles), <c>other:NAME:N</c> (return of another series), or any indicator of the catalog: <c>rsi:14</c>, <c>ema:20</c>.
    /// </summary>
    public IReadOnlyList<string> Features { get; init; } = StandardFeatures;

    /// <summary>Levels of the band, ascending, from 0 to 1 exclusive, with 0.5 in the middle. Default: 0.1, 0.5, 0.9.</summary>
    public IReadOnlyList<double> Levels { get; init; } = [0.1, 0.5, 0.9];

    /// <summary>Candles of a season, for the seasonal model; 0 for a day, of days a week.</summary>
    public int Season { get; init; }

    /// <summary>Width of a network, from 1 to 512. Default: 32.</summary>
    public int Hidden { get; init; } = 32;

    /// <summary>Passes over the training data at most, from 1 to 10,000; of trees ten trees each. Default: 30.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Passes without a better validation after which training ends. Default: 5.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Step of Adam. Default: 0.002.</summary>
    public double LearningRate { get; init; } = 0.002;

    /// <summary>Seed of all that is drawn. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>True where a target may span missing candles, as over a weekend; false leaves such targets out, and counts them.</summary>
    public bool AllowGaps { get; init; }

    /// <summary>Hash of the definition, SHA-256 in hexadecimal: two models with the same hash were asked for the same.</summary>
    public string Hash() =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, DefinitionJson.Default.ForecastDefinition)));

    /// <inheritdoc/>
    public bool Equals(ForecastDefinition? other) => other is not null && Hash() == other.Hash();

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Hash());

    /// <summary>The candles' interval.</summary>
    internal Interval ReadInterval() => Domain.Interval.TryParse(Interval, out var interval)
        ? interval
        : throw new ForecastException($"'{Interval}' is no interval; write 1m, 1h, 1d.");

    /// <summary>The candles of a season.</summary>
    internal int SeasonLength()
    {
        var day = TimeSpan.FromDays(1) / ReadInterval().ApproximateLength;
        return Season > 0 ? Season : day >= 2 ? (int)day : 7;
    }

    /// <summary>Refuses what is out of range.</summary>
    internal void Check()
    {
        _ = ReadInterval();
        Range(Horizon, 1, 1000, "horizon");
        Range(Window, 1, 1000, "window");
        Range(Hidden, 1, 512, "hidden");
        Range(Epochs, 1, 10_000, "epochs");
        Range(Patience, 1, 10_000, "patience");
        Range(Season, 0, 100_000, "season");
        if (!(LearningRate is > 0 and <= 1))
        {
            throw new ForecastException($"The learning rate must be above 0 and at most 1, and is {LearningRate}.");
        }

        if (Levels.Count % 2 == 0 || Levels[Levels.Count / 2] != 0.5 || Levels.Zip(Levels.Skip(1)).Any(pair => !(pair.First < pair.Second))
            || !Levels.All(level => level is > 0 and < 1))
        {
            throw new ForecastException("Levels must ascend between 0 and 1, with 0.5 in the middle: 0.1, 0.5, 0.9.");
        }

        if (Features.Count is 0 or > 100)
        {
            throw new ForecastException("Name from 1 to 100 features, such as return:1 or rsi:14.");
        }
    }

    private static void Range(int value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw new ForecastException($"The {name} must be from {least} to {most}, and is {value}.");
        }
    }
}

/// <summary>How definitions are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ForecastDefinition))]
internal sealed partial class DefinitionJson : JsonSerializerContext;
