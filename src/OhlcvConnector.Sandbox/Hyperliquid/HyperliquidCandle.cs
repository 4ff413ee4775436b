using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Hyperliquid;

/// <summary>Hyperliquid's candle, the same on stream and REST: t T s i o c h l v n, numbers as strings with at least one digit after the point.</summary>
internal static class HyperliquidCandle
{
    public static void Write(Utf8JsonWriter json, Listing listing, Interval interval, in CandleState candle)
    {
        json.WriteStartObject();
        json.WriteNumber("t", candle.OpenMs);
        json.WriteNumber("T", candle.CloseMs - 1);
        json.WriteString("s", listing.Symbol);
        json.WriteString("i", interval.ToString());
        json.WriteString("o", Plain(candle.Open));
        json.WriteString("c", candle.IsUnreadable ? null : Plain(candle.Close));
        json.WriteString("h", Plain(candle.High));
        json.WriteString("l", Plain(candle.Low));
        json.WriteString("v", Plain(candle.BaseVolume));
        json.WriteNumber("n", candle.Count);
        json.WriteEndObject();
    }

    /// <summary>A number as the venue writes it, with a point always.</summary>
    public static string Plain(decimal value) => value.ToString("0.0###########################", CultureInfo.InvariantCulture);
}
