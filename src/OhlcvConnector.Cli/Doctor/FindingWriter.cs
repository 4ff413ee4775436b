using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Infrastructure.Checks;

namespace OhlcvConnector.Cli.Doctor;

/// <summary>Writes what an examination found: for people, or one JSON object a line.</summary>
internal sealed class FindingWriter(Stream stream, bool isJson, bool isSandbox)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly OutputBuffer _output = new(stream);

    /// <summary>Writes some findings at once, and returns the worst verdict among them.</summary>
    public Verdict Write(IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings)
        {
            if (isJson)
            {
                WriteJson(finding);
            }
            else
            {
                Line($"{Mark(finding.Verdict)}  {finding.What}: {finding.Result}");
                if (finding.Remedy is { } remedy)
                {
                    Line($"      {remedy}");
                }
            }
        }

        _output.Flush();
        return findings.Select(finding => finding.Verdict).DefaultIfEmpty().Max();
    }

    /// <summary>Says for people what all of it means; a program knows it by the verdicts and the exit code.</summary>
    public void WriteEnd(Verdict worst)
    {
        if (!isJson)
        {
            Line(worst switch
            {
                Verdict.Failure => "Something fails; the lines marked FAIL say what to do.",
                Verdict.Warning => "It works; the lines marked WARN say what would be better.",
                _ => "All is well.",
            });
        }

        _output.Flush();
    }

    private static string Mark(Verdict verdict) => verdict switch { Verdict.Ok => "ok  ", Verdict.Warning => "WARN", _ => "FAIL" };

    private void WriteJson(Finding finding)
    {
        using (var json = new Utf8JsonWriter(_output.Writer, Options))
        {
            json.WriteStartObject();
            json.WriteString("verdict", finding.Verdict switch { Verdict.Ok => "ok", Verdict.Warning => "warning", _ => "failure" });
            json.WriteString("what", finding.What);
            json.WriteString("result", finding.Result);
            json.WriteString("remedy", finding.Remedy);
            if (isSandbox)
            {
                json.WriteBoolean("sandbox", true);
            }

            json.WriteEndObject();
        }

        _output.EndLine();
    }

    private void Line(string text)
    {
        Encoding.UTF8.GetBytes(text, _output.Writer);
        _output.EndLine();
    }
}
