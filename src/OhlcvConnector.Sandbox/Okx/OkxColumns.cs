using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Okx;

/// <summary>OKX's nine columns, all strings: ts o h l c vol volCcy volCcyQuote confirm.</summary>
internal static class OkxColumns
{
    public static void Write(Utf8JsonWriter json, Listing listing, in CandleState candle, bool isFinal)
    {
        var isSpot = listing.Sizing == Sizing.Base;
        json.WriteStartArray();
        json.WriteStringValue(candle.OpenMs.ToString(CultureInfo.InvariantCulture));
        foreach (var price in (decimal[])[candle.Open, candle.High, candle.Low])
        {
            json.WriteStringValue(Plain(price));
        }

        json.WriteStringValue(candle.IsUnreadable ? null : Plain(candle.Close));
        json.WriteStringValue(isSpot ? Plain(candle.BaseVolume) : candle.Steps.ToString(CultureInfo.InvariantCulture));
        json.WriteStringValue(Plain(isSpot ? candle.QuoteVolume : candle.BaseVolume));
        json.WriteStringValue(Plain(candle.QuoteVolume));
        json.WriteStringValue(isFinal ? "1" : "0");
        json.WriteEndArray();
    }

    private static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
}
