using System.CommandLine;
using System.Globalization;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Shares as people write them: <c>0.1%</c> or <c>0.001</c>.</summary>
internal static class Share
{
    /// <summary>Makes an option of a share; null where it is not given.</summary>
    public static Option<string?> Option(string name, string description) => new(name) { Description = description, HelpName = "share" };

    /// <summary>Reads a share.</summary>
    /// <exception cref="UsageException">It is no number.</exception>
    public static decimal? Read(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } text ? Read(option.Name, text) : null;

    /// <summary>Reads a share of an option.</summary>
    /// <exception cref="UsageException">It is no number.</exception>
    public static decimal Read(string option, string text)
    {
        var isPercent = text.EndsWith('%');
        return decimal.TryParse(isPercent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number / (isPercent ? 100 : 1)
            : throw new UsageException($"{option} is '{text}'; write a share as 0.1% or 0.001.");
    }
}
