using System.Text;
using System.Text.Json;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>
/// What an archive knows of a series, behind its candles in a file: without it, nobody could tell a quiet stretch of which all is known from one that was never
/// asked for.
/// </summary>
internal static class CoverageLines
{
    private const int Values = 10; // columns between the times and the source

    /// <summary>Writes a line for each stretch of which something is known.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="format">csv or json.</param>
    /// <param name="series">The series.</param>
    /// <param name="ranges">What is known.</param>
    /// <param name="isSimulated">Whether its candles are.</param>
    public static void Write(Stream output, string format, Series series, IEnumerable<CoverageRange> ranges, bool isSimulated)
    {
        foreach (var range in ranges.Where(range => range.Coverage != Coverage.NeverAsked))
        {
            output.Write(format == "csv" ? Csv(series, range, isSimulated) : Json(series, range, isSimulated));
            output.Write("\n"u8);
        }
    }

    private static byte[] Csv(Series series, CoverageRange range, bool isSimulated) => Encoding.UTF8.GetBytes(
        $"{series.Exchange},{series.Market.Name()},{CsvQuoteWriter.Quoted(series.VenueSymbol)},{series.Interval},{QuoteFields.Time(range.From)},{QuoteFields.Time(range.To)},"
        + $"{new string(',', Values)}{range.Coverage.Name()},,,{CsvQuoteWriter.Quoted((range.Reason ?? "").ReplaceLineEndings(" "))}{(isSimulated ? ",true" : "")},");

    private static byte[] Json(Series series, CoverageRange range, bool isSimulated)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("exchange", series.Exchange);
            json.WriteString("market", series.Market.Name());
            json.WriteString("symbol", series.VenueSymbol);
            json.WriteString("interval", series.Interval.ToString());
            json.WriteString("openTime", QuoteFields.Time(range.From));
            json.WriteString("closeTime", QuoteFields.Time(range.To));
            json.WriteString("coverage", range.Coverage.Name());
            json.WriteString("reason", range.Reason);
            if (isSimulated)
            {
                json.WriteBoolean("sandbox", true);
            }

            json.WriteEndObject();
        }

        return line.ToArray();
    }
}
