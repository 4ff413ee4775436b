using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.CoinApi;

/// <summary>CoinAPI's candle, the same on stream and REST: numbers as numbers, times with seven digits behind the point.</summary>
internal static class CoinApiCandle
{
    /// <summary>Writes the fields of a candle.</summary>
    public static void Write(Utf8JsonWriter json, in CandleState candle)
    {
        json.WriteString("time_period_start", Time(candle.OpenMs));
        json.WriteString("time_period_end", Time(candle.CloseMs));
        WriteTrade(json, "time_open", candle.TradeSeconds.First);
        WriteTrade(json, "time_close", candle.TradeSeconds.Last);
        WritePrice(json, "price_open", candle.Open, candle);
        WritePrice(json, "price_high", candle.High, candle);
        WritePrice(json, "price_low", candle.Low, candle);
        if (candle.IsUnreadable)
        {
            json.WriteString("price_close", "?");
        }
        else
        {
            WritePrice(json, "price_close", candle.Close, candle);
        }

        json.WriteNumber("volume_traded", candle.BaseVolume);
        json.WriteNumber("trades_count", candle.Count);
    }

    /// <summary>A time as the venue writes it.</summary>
    public static string Time(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static void WriteTrade(Utf8JsonWriter json, string name, long second)
    {
        if (second < 0)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, Time(second * 1000));
        }
    }

    private static void WritePrice(Utf8JsonWriter json, string name, decimal price, in CandleState candle)
    {
        if (candle.Count == 0)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, price);
        }
    }
}
