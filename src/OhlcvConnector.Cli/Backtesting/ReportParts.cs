using System.Text.Encodings.Web;
using System.Text.Json;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Reports;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>What the reports of a run and of a search have in common.</summary>
internal static class ReportParts
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>Writes what a report for people begins with.</summary>
    public static void WriteHead(TextWriter writer, string strategy, IReadOnlyList<BacktestSeries> data, bool isSandbox)
    {
        writer.WriteLine($"{ReportSubject.Notice}{(isSandbox ? " SANDBOX: the candles are simulated." : "")}");
        writer.WriteLine($"{strategy} on {string.Join(", ", data.Select(one => one.Name))}");
    }

    /// <summary>Writes a report as JSON: what each begins with, and its own.</summary>
    public static void WriteJson(Stream output, string kind, string strategy, bool isSandbox, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            json.WriteString("notice", ReportSubject.Notice);
            if (isSandbox)
            {
                json.WriteBoolean("sandbox", true);
            }

            json.WriteString("strategy", strategy);
            write(json);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    /// <summary>Writes a strategy's parameters.</summary>
    public static void WriteParameters(Utf8JsonWriter json, IReadOnlyDictionary<string, decimal> settings)
    {
        json.WriteStartObject("parameters");
        foreach (var (name, value) in settings)
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
    }
}
