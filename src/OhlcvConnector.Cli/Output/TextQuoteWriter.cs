using System.Globalization;
using System.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Aligned columns for people, within 100 characters for usual numbers.</summary>
internal sealed class TextQuoteWriter(Stream output, bool isSandbox) : IQuoteWriter
{
    private const int PriceWidth = 11;
    private const int VolumeWidth = 13;

    private readonly OutputBuffer _buffer = new(output);
    private int _symbolWidth = 9;

    /// <inheritdoc/>
    public void WriteHeader()
    {
        var label = isSandbox ? "SANDBOX  " : "";
        if (isSandbox)
        {
            Line($"{label}simulated exchanges: none of this is real");
        }

        Line($"{label}times are UTC; volume is in base units");
        Line(Columns("open time", "symbol", "int", "open", "high", "low", "close", "volume", isSandbox ? "state    SANDBOX" : "state"));
    }

    /// <inheritdoc/>
    public void Write(in PriceQuote quote)
    {
        _symbolWidth = Math.Max(_symbolWidth, quote.Symbol.Length);
        var time = quote.OpenTime.UtcDateTime.ToString(quote.Interval < Interval.OneDay ? "MM-dd HH:mm:ss" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var state = (quote.IsClosed ? quote.Source == QuoteSource.Stream ? "closed" : $"closed ({quote.Source.Name()})" : "open") + (isSandbox ? " ~" : "");
        Line(Columns(time, quote.Symbol, quote.Interval.ToString(), Number(quote.Open), Number(quote.High), Number(quote.Low), Number(quote.Close), Number(quote.Volume), state));
    }

    /// <inheritdoc/>
    public void Flush() => _buffer.Flush();

    private static string Number(decimal? value) => value is { } number ? number.ToString("0.############################", CultureInfo.InvariantCulture) : "-";

    private string Columns(string time, string symbol, string interval, string open, string high, string low, string close, string volume, string state) =>
        $"{time,-14} {symbol.PadRight(_symbolWidth)} {interval,-3} {open,PriceWidth} {high,PriceWidth} {low,PriceWidth} {close,PriceWidth} {volume,VolumeWidth} {state}";

    private void Line(string text)
    {
        Encoding.UTF8.GetBytes(text, _buffer.Writer);
        _buffer.EndLine();
    }
}
