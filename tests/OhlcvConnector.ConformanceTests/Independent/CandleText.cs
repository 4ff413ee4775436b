using System.Globalization;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>A candle as JSON literals, so that one of them can be spoilt.</summary>
internal sealed record CandleText(long OpenMs, long LengthMs, Candle Values, string Open, string High, string Low, string Close, bool IsClosed)
{
    /// <summary>The last millisecond.</summary>
    public long LastMs => OpenMs + LengthMs - 1;

    public static CandleText Of(Candle candle, long lengthMs, bool isClosed) =>
        new(candle.OpenMs, lengthMs, candle, Text(candle.Open), Text(candle.High), Text(candle.Low), Text(candle.Close), isClosed);

    /// <summary>A number as a JSON string.</summary>
    public static string Text(decimal number) => $"\"{Plain(number)}\"";

    public static string Plain(decimal number) => number.ToString("0.0#########", CultureInfo.InvariantCulture);

    /// <summary>The same, damaged.</summary>
    public CandleText With(Defect defect) => defect switch
    {
        Defect.BrokenRow => this with { High = Text(Values.Low - (Values.High - Values.Low) - 1), Low = Text(Values.High + 1) },
        Defect.NullColumn => this with { Close = "null" },
        Defect.OffGrid => this with { OpenMs = OpenMs + 14_789 },
        _ => this,
    };
}
