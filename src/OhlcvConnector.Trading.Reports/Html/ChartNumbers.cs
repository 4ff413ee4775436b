using System.Text;
using System.Text.Json;

namespace OhlcvConnector.Trading.Reports;

/// <summary>The numbers of a report's charts, as JSON for its script.</summary>
internal static class ChartNumbers
{
    private const int Candles = 24_000;

    /// <summary>How many candles of each series are drawn at most.</summary>
    public static int CandlesOf(int series) => Math.Max(500, Candles / series);

    /// <summary>Returns the JSON; <c>&lt;</c> is escaped in it, so that it can stand in a page.</summary>
    public static string Of(ReportSubject subject)
    {
        var result = subject.Result;
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteNumber("from", subject.Statistics.Start.ToUnixTimeMilliseconds());
            json.WriteNumber("to", result.Equity.Times[^1]);
            var curve = DrawnCurve.Of(result, subject.BenchmarkFrom);
            json.WriteStartObject("equity");
            Times(json, "t", curve.TimesMs);
            Numbers(json, "v", curve.Equity);
            Numbers(json, "b", curve.Hold);
            Numbers(json, "d", curve.Drawdown);
            json.WriteEndObject();
            json.WriteStartArray("series");
            for (var i = 0; i < result.Data.Count; i++)
            {
                WriteSeries(json, result, i);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.ToArray());
    }

    private static void WriteSeries(Utf8JsonWriter json, BacktestResult result, int index)
    {
        var traded = result.Data[index].Candles.Where(candle => candle.OpenMs >= result.FromMs).ToList();
        var candles = DrawnCandles.Of(traded.Count > 0 ? traded : result.Data[index].Candles, CandlesOf(result.Data.Count)).Candles;
        json.WriteStartObject();
        json.WriteString("name", result.Data[index].Name);
        Times(json, "t", candles.Select(candle => candle.OpenMs));
        Times(json, "e", candles.Select(candle => candle.CloseMs));
        Numbers(json, "o", candles.Select(candle => (double)candle.Open));
        Numbers(json, "h", candles.Select(candle => (double)candle.High));
        Numbers(json, "l", candles.Select(candle => (double)candle.Low));
        Numbers(json, "c", candles.Select(candle => (double)candle.Close));
        json.WriteStartArray("trades");
        foreach (var trade in result.Trades.Where(trade => trade.Series == result.Series[index]))
        {
            json.WriteStartArray();
            json.WriteNumberValue(trade.EntryMs);
            json.WriteNumberValue((double)trade.EntryPrice);
            json.WriteNumberValue(trade.ExitMs);
            json.WriteNumberValue((double)trade.ExitPrice);
            json.WriteBooleanValue(trade.Side == Side.Buy);
            json.WriteNumberValue(Short((double)trade.Profit));
            json.WriteNumberValue(Short((double)trade.Return));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Times(Utf8JsonWriter json, string name, IEnumerable<long> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(Short(value));
        }

        json.WriteEndArray();
    }

    /// <summary>Seven digits are more than a screen has points.</summary>
    private static double Short(double value) =>
        value == 0 ? 0 : Math.Round(value, Math.Clamp(6 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15));
}
