using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using OhlcvConnector.Cli.Output;

namespace OhlcvConnector.Cli.Computing;

/// <summary>Bars with values, a line each: CSV with a header, or JSON objects. What is not known yet is an empty cell, or null.</summary>
internal sealed class ValueTable : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly OutputBuffer _buffer;
    private readonly bool _isJson;
    private readonly IReadOnlyList<string> _barColumns;
    private readonly IReadOnlyList<string> _valueColumns;
    private readonly Utf8JsonWriter? _json;

    public ValueTable(Stream output, bool isJson, IReadOnlyList<string> barColumns, IReadOnlyList<string> valueColumns)
    {
        (_buffer, _isJson, _barColumns, _valueColumns) = (new OutputBuffer(output), isJson, barColumns, valueColumns);
        if (isJson)
        {
            _json = new Utf8JsonWriter(_buffer.Writer, Options);
            return;
        }

        Write(string.Join(',', barColumns.Concat(valueColumns).Select(Quoted)));
        _buffer.EndLine();
    }

    /// <summary>Writes a line.</summary>
    /// <param name="texts">The bar as it stood in the file.</param>
    /// <param name="values">The values, NaN where there is none.</param>
    public void Write(IReadOnlyList<string> texts, ReadOnlySpan<double> values)
    {
        if (_isJson)
        {
            WriteJson(texts, values);
        }
        else
        {
            WriteCsv(texts, values);
        }

        _buffer.EndLine();
    }

    /// <summary>Writes what is gathered.</summary>
    public void Flush() => _buffer.Flush();

    /// <inheritdoc/>
    public void Dispose() => _json?.Dispose();

    private void WriteCsv(IReadOnlyList<string> texts, ReadOnlySpan<double> values)
    {
        for (var index = 0; index < texts.Count; index++)
        {
            Write(index == 0 ? Quoted(texts[index]) : "," + Quoted(texts[index]));
        }

        foreach (var value in values)
        {
            _buffer.Writer.Append(","u8);
            if (double.IsFinite(value))
            {
                _buffer.Writer.Append(value);
            }
        }
    }

    private void WriteJson(IReadOnlyList<string> texts, ReadOnlySpan<double> values)
    {
        var json = _json!;
        json.Reset(_buffer.Writer);
        json.WriteStartObject();
        for (var index = 0; index < texts.Count; index++)
        {
            if (_barColumns[index] != "time"
                && double.TryParse(texts[index], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number))
            {
                json.WriteNumber(_barColumns[index], number);
            }
            else
            {
                json.WriteString(_barColumns[index], _barColumns[index] == "time" ? texts[index] : null);
            }
        }

        for (var index = 0; index < values.Length; index++)
        {
            if (double.IsFinite(values[index]))
            {
                json.WriteNumber(_valueColumns[index], values[index]);
            }
            else
            {
                json.WriteNull(_valueColumns[index]);
            }
        }

        json.WriteEndObject();
        json.Flush();
    }

    private void Write(string text) => _buffer.Writer.Append(text);

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
