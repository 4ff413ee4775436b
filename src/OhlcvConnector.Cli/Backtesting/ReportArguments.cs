using System.CommandLine;
using OhlcvConnector.Trading.Reports;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Options of a command line that name the files which a run is also written to.</summary>
internal sealed class ReportArguments
{
    private readonly Option<string[]> _reports = new("--report")
    {
        Description = "Also write a report with charts to this file: name.html (one file, no network needed) or name.png. Can be given again.",
        HelpName = "file",
    };

    private readonly Option<string?> _trades = new("--trades")
    {
        Description = "Also write the trades to this file: as Parquet where it ends in .parquet, else as CSV.",
        HelpName = "file",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_reports);
        command.Options.Add(_trades);
    }

    /// <summary>Checks the names before anything is run.</summary>
    /// <exception cref="UsageException">A file is of no known kind, or its folder is not there.</exception>
    public void Check(ParseResult parsed)
    {
        foreach (var name in parsed.GetValue(_reports) ?? [])
        {
            if (!Is(name, ".html") && !Is(name, ".png"))
            {
                throw new UsageException($"--report is '{name}'; name a file that ends in .html or .png.");
            }

            CheckFolder("--report", name);
        }

        if (parsed.GetValue(_trades) is { } trades)
        {
            CheckFolder("--trades", trades);
        }
    }

    /// <summary>Writes the files.</summary>
    public async Task WriteAsync(ParseResult parsed, ReportSubject subject)
    {
        foreach (var name in parsed.GetValue(_reports) ?? [])
        {
            using var file = File.Create(name);
            if (Is(name, ".png"))
            {
                PngReport.Write(file, subject);
            }
            else
            {
                using var writer = new StreamWriter(file);
                HtmlReport.Write(writer, subject);
            }
        }

        if (parsed.GetValue(_trades) is { } trades)
        {
            using var file = File.Create(trades);
            if (Is(trades, ".parquet"))
            {
                await TradeFile.WriteParquetAsync(file, subject.Result, subject.IsSandbox).ConfigureAwait(false);
            }
            else
            {
                using var writer = new StreamWriter(file);
                TradeFile.WriteCsv(writer, subject.Result);
            }
        }
    }

    private static bool Is(string name, string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private static void CheckFolder(string option, string name)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(name));
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"{option} is '{name}', and there is no folder {folder}.");
        }
    }
}
