using System.Text.Json;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Forecasts;

/// <summary>Forecasts of series as JSON, as the WebSocket has them.</summary>
public static class ForecastJson
{
    /// <summary>Writes a forecast's fields into an object that has begun.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="forecast">The forecast.</param>
    public static void WriteFields(Utf8JsonWriter json, SeriesForecast forecast)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(forecast);
        json.WriteString("exchange", forecast.Series.Exchange);
        json.WriteString("market", forecast.Series.Market.Name());
        json.WriteString("symbol", forecast.Series.Instrument.Symbol);
        json.WriteString("venue_symbol", forecast.Series.VenueSymbol);
        json.WriteString("interval", forecast.Series.Interval.ToString());
        json.WriteString("open_time", Time(forecast.OpenMs));
        json.WriteString("known_at", Time(forecast.CloseMs));
        json.WriteString("at", Time(forecast.AtMs));
        json.WriteString("model", forecast.Model);
        json.WriteString("version", forecast.Version);
        json.WriteString("trained_on", forecast.TrainedOn);
        json.WriteString("target", forecast.Target);
        json.WriteNumber("horizon", forecast.Horizon);
        json.WriteNumber("close", forecast.Close);
        json.WriteNumber("point", forecast.Point);
        json.WritePropertyName("band");
        WriteBand(json, forecast.Band);
        json.WriteString("verdict", forecast.Verdict);
        json.WriteBoolean("beats_naive", forecast.BeatsNaive);
        WriteNumber(json, "skill", forecast.Skill);
        WriteNumber(json, "skill_low", forecast.SkillLow);
        WriteNumber(json, "skill_high", forecast.SkillHigh);
        if (forecast.IsSandbox)
        {
            json.WriteBoolean("sandbox", true);
        }
    }

    /// <summary>Writes a band as a list.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="band">The band.</param>
    public static void WriteBand(Utf8JsonWriter json, IReadOnlyList<ForecastLevel> band)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(band);
        json.WriteStartArray();
        foreach (var one in band)
        {
            json.WriteStartObject();
            json.WriteNumber("level", one.Level);
            json.WriteNumber("value", one.Value);
            WriteNumber(json, "price", one.Price);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a band as text, as stores keep it.</summary>
    /// <param name="band">The band.</param>
    public static string BandText(IReadOnlyList<ForecastLevel> band) => JsonText.Of(json => WriteBand(json, band));

    /// <summary>Reads a band that <see cref="BandText"/> wrote.</summary>
    /// <param name="text">The list as JSON.</param>
    /// <exception cref="JsonException">It is none.</exception>
    public static IReadOnlyList<ForecastLevel> ReadBand(string text)
    {
        using var document = JsonDocument.Parse(text);
        return
        [
            .. document.RootElement.EnumerateArray().Select(one => new ForecastLevel(
                one.GetProperty("level").GetDouble(), one.GetProperty("value").GetDouble(),
                one.TryGetProperty("price", out var price) ? price.GetDouble() : null)),
        ];
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static string Time(long milliseconds) => JsonText.Time(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
