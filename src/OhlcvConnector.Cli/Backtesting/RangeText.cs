using System.Globalization;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Parameters as they are typed: <c>fast=10</c>, <c>fast=5,10,20</c>, <c>fast=5..50:5</c>.</summary>
internal static class RangeText
{
    /// <summary>Reads one.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static ParameterRange Read(string text)
    {
        var parts = text.Split('=', 2);
        if (parts.Length != 2 || parts[0].Length == 0)
        {
            throw Wrong(text);
        }

        if (parts[1].Split("..") is [var from, var rest])
        {
            var ends = rest.Split(':', 2);
            return ParameterRange.Of(parts[0], Number(text, from), Number(text, ends[0]), ends.Length > 1 ? Number(text, ends[1]) : 1);
        }

        return new ParameterRange(parts[0], [.. parts[1].Split(',').Select(one => Number(text, one))]);
    }

    private static decimal Number(string text, string number) =>
        decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(text);

    private static UsageException Wrong(string text) => new($"--set is '{text}'; write a name and a number, as in fast=10, or a range, as in fast=5..50:5.");
}
