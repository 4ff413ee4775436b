using System.CommandLine;
using System.Globalization;
using System.Text;
using OhlcvConnector.Cli.Computing;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli indicators</c>: lists and describes indicators, and computes them on a file of bars.</summary>
internal static class IndicatorsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var name = new Argument<string?>("name")
        {
            Description = "The indicator to describe; all are listed without it.",
            HelpName = "name",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.CompletionSources.Add([.. IndicatorCatalog.All.Select(kind => kind.Name)]);
        var command = new Command("indicators", "Lists and describes indicators, and computes them on a file of bars.\n\n  connector-cli indicators macd\n  connector-cli indicators compute --file bars.csv --with rsi:14,macd:12:26:9") { name, Compute(terminal) };
        command.SetAction(parsed => Write(terminal, parsed.GetValue(name) is { } one ? Describe(IndicatorCatalog.Find(one)) : List()));
        return command;
    }

    private static Command Compute(CliTerminal terminal)
    {
        var file = new Option<string>("--file", "-f")
        {
            Description = "The bars: CSV with open, high, low, close, volume in any order and case, and a column of times; - for stdin.",
            Required = true,
        };
        var with = new Option<string>("--with", "-w")
        {
            Description = "The indicators: parameters after colons, indicators after commas, a source after @.",
            Required = true,
        };
        var output = CommonOptions.Output("csv", "json");
        var command = new Command("compute", "Computes indicators on a file of bars, a row for every row.\n\n  connector-cli indicators compute --file bars.csv --with rsi:14,macd:12:26:9 --output csv") { file, with, output };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(
            Run(
                terminal,
                parsed.GetRequiredValue(file),
                IndicatorSet.Parse(parsed.GetRequiredValue(with)),
                parsed.GetRequiredValue(output) == "json",
                cancellationToken)));
        return command;
    }

    private static int Run(CliTerminal terminal, string path, IndicatorSet set, bool isJson, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(path == "-" ? terminal.Input : File.OpenRead(path));
        var bars = BarFile.Open(reader, path == "-" ? "stdin" : Path.GetFileName(path), set.Needs);
        using var table = new ValueTable(terminal.Output, isJson, bars.Columns, set.Columns);
        var values = new double[set.Columns.Count];
        try
        {
            while (bars.TryRead(out var bar, out var texts))
            {
                cancellationToken.ThrowIfCancellationRequested();
                set.Add(bar);
                set.Read(values);
                table.Write(texts, values);
            }
        }
        finally
        {
            table.Flush();
        }

        foreach (var indicator in set.Indicators.Where(indicator => indicator.Refused > 0))
        {
            terminal.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"warning: {indicator} left out {indicator.Refused} rows that lack a number it needs."));
        }

        return ExitCode.Done;
    }

    private static IEnumerable<string> List()
    {
        var width = IndicatorCatalog.All.Max(kind => kind.ToString().Length);
        return IndicatorCatalog.All.Select(kind => $"{kind.ToString().PadRight(width)}  {kind.Title}");
    }

    private static IEnumerable<string> Describe(IndicatorKind kind)
    {
        var usual = kind.Make();
        yield return $"{kind}: {kind.Title}";
        foreach (var (label, text) in new[]
        {
            ("usually", usual.ToString()), ("also", string.Join(", ", kind.Aliases)), ("formula", kind.Formula), ("source", kind.Reference),
            ("begins as", kind.Seed), ("flat market", kind.Flat),
            ("repaints", kind.Repaints ? "yes: later candles change it" : ""),
        })
        {
            if (text.Length > 0)
            {
                yield return $"  {label,-12}{text}";
            }
        }

        foreach (var parameter in kind.Parameters)
        {
            yield return $"  {"parameter",-12}{parameter.Name}: {parameter.Range}";
        }

        for (var output = 0; output < kind.Outputs.Count; output++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  {"output",-12}{kind.Outputs[output]}, from candle {usual.WarmUpOf(output)}");
        }
    }

    private static int Write(CliTerminal terminal, IEnumerable<string> lines)
    {
        var output = new OutputBuffer(terminal.Output);
        foreach (var line in lines)
        {
            Encoding.UTF8.GetBytes(line, output.Writer);
            output.EndLine();
        }

        output.Flush();
        return ExitCode.Done;
    }
}
