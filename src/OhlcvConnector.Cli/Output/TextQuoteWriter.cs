using System.Globalization;
using System.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>
/// Aligned columns for people, within 80 characters for usual numbers. A column that meets something longer stays as wide from then on, and the
/// names of the columns are written again. In colour, a close is green above its open and red below, and what is still open is dim.
/// </summary>
internal sealed class TextQuoteWriter(Stream output, bool isSandbox, IReadOnlyList<string> columns, TimeStyle times, bool isColoured) : IQuoteWriter
{
    private const string Sandbox = "SANDBOX";
    private const int Close = 6; // its column
    private const int Plain = 39; // the terminal's own colour, and in the same way the others, as ECMA-48 numbers them
    private const int Bold = 1;
    private const int Dim = 2;
    private const int Red = 31;
    private const int Green = 32;
    private const int Yellow = 33;
    private static readonly string[] QuoteNames = ["open time", "symbol", "int", "open", "high", "low", "close", "volume"];
    private const int MinOfValue = 8;
    private static readonly int[] Least = [11, 8, 3, 8, 8, 8, 8, 9];

    private readonly OutputBuffer _buffer = new(output);
    private readonly string[] _names = [.. QuoteNames, .. columns];
    private readonly int[] _widths = [.. Least, .. columns.Select(column => Math.Max(column.Length, MinOfValue))];
    private bool _isHeaderDue;

    /// <inheritdoc/>
    public long Length => _buffer.Length;

    /// <inheritdoc/>
    public void WriteHeader()
    {
        if (isSandbox)
        {
            Line(Coloured($"{Sandbox}: simulated exchanges, none of this is real; every line of it ends in ~.", Yellow));
        }

        Line($"Times are {(times switch { TimeStyle.Iso => "UTC", TimeStyle.Unix => "seconds since 1970", _ => "milliseconds since 1970" })}, volume is in base units.");
        _isHeaderDue = true;
    }

    /// <inheritdoc/>
    public void Write(in PriceQuote quote, IReadOnlyList<double> values)
    {
        string[] cells =
        [
            Time(quote), quote.Symbol, quote.Interval.ToString(),
            Number(quote.Open), Number(quote.High), Number(quote.Low), Number(quote.Close), Number(quote.Volume),
            .. values.Select(QuoteFields.Short),
        ];
        if (Widen(cells) || _isHeaderDue)
        {
            _isHeaderDue = false;
            Line(Coloured(Columns(_names, isSandbox ? Sandbox : "state", Plain), Bold));
        }

        var state = !quote.IsClosed ? "open" : quote.Source == QuoteSource.Stream ? "closed" : quote.Source.Name();
        var line = Columns(cells, isSandbox ? state + "~" : state, quote.Close > quote.Open ? Green : quote.Close < quote.Open ? Red : Plain);
        Line(quote.IsClosed ? line : Coloured(line, Dim));
    }

    /// <inheritdoc/>
    public void WriteGap(MissingCandles missing) => Line($"none from {times.Text(missing.From)} to {times.Text(missing.To)}: {missing.Reason}");

    /// <inheritdoc/>
    public void Flush() => _buffer.Flush();

    private string Time(in PriceQuote quote) => times != TimeStyle.Iso ? times.Text(quote.OpenTime) : quote.OpenTime.UtcDateTime.ToString(
        quote.Interval < Interval.OneMinute ? "MM-dd HH:mm:ss" : quote.Interval < Interval.OneDay ? "MM-dd HH:mm" : "yyyy-MM-dd",
        CultureInfo.InvariantCulture);

    private static string Number(decimal? value) => value is { } number ? number.ToString("0.############################", CultureInfo.InvariantCulture) : "-";

    private bool Widen(string[] cells)
    {
        var grew = false;
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Length > _widths[i])
            {
                _widths[i] = cells[i].Length;
                grew = true;
            }
        }

        return grew;
    }

    private string Columns(string[] cells, string state, int colourOfClose)
    {
        var line = new StringBuilder(120);
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = i < 3 ? cells[i].PadRight(_widths[i]) : cells[i].PadLeft(_widths[i]);
            line.Append(i == Close ? Coloured(cell, colourOfClose) : cell).Append(' ');
        }

        return line.Append(state).ToString();
    }

    private string Coloured(string text, int code) => isColoured && code != Plain ? $"\e[{code}m{text}\e[{(code is Bold or Dim ? 22 : Plain)}m" : text;

    private void Line(string text)
    {
        _buffer.Writer.Append(text);
        _buffer.EndLine();
    }
}
