using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.PaperTrading;

/// <summary>A table about paper accounts, for people or as JSON.</summary>
/// <param name="Columns">Names of the columns, as JSON has them.</param>
/// <param name="Rows">Rows: texts, numbers, and null.</param>
internal sealed record PaperTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    /// <summary>Writes it.</summary>
    public void Write(CliTerminal terminal, IReadOnlyList<PaperRecord> records, bool isJson)
    {
        var isSandbox = records.Any(one => one.Definition.IsSandbox);
        using var writer = new StreamWriter(terminal.Output, leaveOpen: true);
        if (isJson)
        {
            foreach (var row in Rows)
            {
                writer.Flush();
                WriteJson(terminal.Output, row, isSandbox);
                writer.WriteLine();
            }

            return;
        }

        terminal.Error.WriteLine(PaperLines.NoAdvice);
        var texts = Rows.Select(row => row.Select(Text).ToList()).ToList();
        var widths = Columns.Select((name, i) => texts.Select(row => row[i].Length).Append(name.Length).Max()).ToList();
        writer.WriteLine(Line(Columns, widths, isSandbox));
        foreach (var row in texts)
        {
            writer.WriteLine(Line(row, widths, isSandbox));
        }
    }

    private static string Line(IEnumerable<string> cells, List<int> widths, bool isSandbox) =>
        $"{PaperLines.Label(isSandbox)}  {string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i])))}".TrimEnd();

    private static string Text(object? value) => value switch
    {
        null => "-",
        decimal number => number.ToString("0.############", CultureInfo.InvariantCulture),
        Enum word => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString()), // as REST has them
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private void WriteJson(Stream output, IReadOnlyList<object?> row, bool isSandbox)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteBoolean("paper", true);
        for (var i = 0; i < Columns.Count; i++)
        {
            json.WritePropertyName(Columns[i]);
            switch (row[i])
            {
                case null:
                    json.WriteNullValue();
                    break;
                case decimal number:
                    json.WriteNumberValue(number);
                    break;
                case int number:
                    json.WriteNumberValue(number);
                    break;
                default:
                    json.WriteStringValue(Text(row[i]));
                    break;
            }
        }

        if (isSandbox)
        {
            json.WriteBoolean("sandbox", true);
        }

        json.WriteEndObject();
    }
}
