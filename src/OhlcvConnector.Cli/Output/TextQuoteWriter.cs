using System.Globalization;
using System.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>
/// Aligned columns for people, within 80 characters for usual numbers. A column that meets something longer stays as wide from then on, and the
/// names of the columns are written again.
/// </summary>
internal sealed class TextQuoteWriter(Stream output, bool isSandbox, IReadOnlyList<string> columns) : IQuoteWriter
{
    private const string Sandbox = "SANDBOX";
    private static readonly string[] QuoteNames = ["open time", "symbol", "int", "open", "high", "low", "close", "volume"];
    private const int LeastOfValue = 8;
    private static readonly int[] Least = [11, 8, 3, 8, 8, 8, 8, 9];

    private readonly OutputBuffer _buffer = new(output);
    private readonly string[] _names = [.. QuoteNames, .. columns];
    private readonly int[] _widths = [.. Least, .. columns.Select(column => Math.Max(column.Length, LeastOfValue))];
    private bool _isHeaderDue;

    /// <inheritdoc/>
    public void WriteHeader()
    {
        Line($"{(isSandbox ? $"{Sandbox}: simulated exchanges, none of this is real. " : "")}Times are UTC, volume is in base units.");
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
            Line(Columns(_names, isSandbox ? Sandbox : "state"));
        }

        var state = quote.IsClosed ? quote.Source == QuoteSource.Stream ? "closed" : $"closed ({quote.Source.Name()})" : "open";
        Line(Columns(cells, isSandbox ? state + " ~" : state));
    }

    /// <inheritdoc/>
    public void WriteGap(MissingCandles missing) => Line($"none from {QuoteFields.Time(missing.From)} to {QuoteFields.Time(missing.To)}: {missing.Reason}");

    /// <inheritdoc/>
    public void Flush() => _buffer.Flush();

    private static string Time(in PriceQuote quote) => quote.OpenTime.UtcDateTime.ToString(
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

    private string Columns(string[] cells, string state)
    {
        var line = new StringBuilder(120);
        for (var i = 0; i < cells.Length; i++)
        {
            line.Append(i < 3 ? cells[i].PadRight(_widths[i]) : cells[i].PadLeft(_widths[i])).Append(' ');
        }

        return line.Append(state).ToString();
    }

    private void Line(string text)
    {
        Encoding.UTF8.GetBytes(text, _buffer.Writer);
        _buffer.EndLine();
    }
}
