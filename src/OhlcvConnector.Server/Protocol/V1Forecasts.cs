using OhlcvConnector.Application.Forecasts;

namespace OhlcvConnector.Server.Protocol;

/// <summary>Writes the messages about forecasts of protocol v1; has no socket.</summary>
internal static class V1Forecasts
{
    /// <summary>The message of a forecast.</summary>
    public static byte[] Frame(KeptForecast kept)
    {
        var json = JsonFrame.Begin("forecast");
        json.WriteNumber("number"u8, kept.Number);
        json.WriteString("kept_at"u8, JsonFields.Time(kept.KeptAt));
        ForecastJson.WriteFields(json, kept.Forecast);
        return JsonFrame.End();
    }
}
