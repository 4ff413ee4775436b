using System.CommandLine;
using System.Text;
using OhlcvConnector.Application;
using OhlcvConnector.Cli.Downloading;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli history binance BTCUSDT --from ...</c>: the past of one series or of many, to stdout or to files that it resumes.</summary>
internal static class HistoryCommand
{
    private const string Description = """
        Reads candles of the past.

          connector-cli history binance BTCUSDT --from -7d --interval 1h --file btc.csv

          connector-cli history okx BTC-USDT --from 2026-01-01 --interval 1d --with rsi:14,macd:12:26:9

          connector-cli history binance:BTCUSDT,ETHUSDT okx/usdm:BTC-USDT-SWAP --from -30d --into candles

        Of several series, a few of each exchange are read at the same time. To stdout come all rows of one, then those of the next; --into writes a file for
        each. The same command again resumes files, and fills what they lack.

        What the exchange's history lacks is named on stderr with its reason, and the exit code is 3 then. What lies before the listing is not missing.
        """;

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var series = new Argument<string[]>("series")
        {
            Description = "An exchange and its symbols, or series: exchange:symbol, exchange/market:symbol,symbol.",
            Arity = ArgumentArity.OneOrMore,
            HelpName = "series",
        };
        series.CompletionSources.Add([.. CommonOptions.ExchangeNames, .. CommonOptions.ExchangeNames.Select(exchange => exchange + ":")]);
        var from = new Option<string>("--from")
        {
            Description = "Candles that open at or after: 2026-01-31, 2026-01-31T12:00Z, milliseconds since 1970, -7d.",
            Required = true,
        };
        var to = new Option<string?>("--to") { Description = "Candles that open before. Default: now." };
        var market = CommonOptions.Market();
        var interval = CommonOptions.Interval();
        var build = CommonOptions.Build();
        var includeOpen = new Option<bool>("--include-open") { Description = "Also the candle that is still open." };
        var file = new Option<FileInfo?>("--file")
        {
            Description = "Write one series to a file; one that is partly written is resumed, and what it lacks is filled.",
            HelpName = "name",
        };
        var into = new Option<DirectoryInfo?>("--into")
        {
            Description = "Write each series to a file of its own in this directory, such as binance-BTCUSDT-1h.csv; in the same way.",
            HelpName = "directory",
        };
        var with = CommonOptions.With();
        var allowGaps = new Option<bool>("--allow-gaps") { Description = "End with 0 also when candles are missing; else the exit code is 3 then." };
        var output = CommonOptions.Output("csv", "json");
        var times = TimeStyles.Option();
        var archive = new Option<string?>("--archive")
        {
            Description = "Read what this archive has out of it, and keep there what the exchange answers.",
            HelpName = "archive",
        };
        var (fill, dayOffset) = (CommonOptions.Fill(), CommonOptions.DayOffset());
        var session = new Session.Options();
        var command =
            new Command("history", Description) { series, from, to, market, interval, build, dayOffset, fill, includeOpen, file, into, allowGaps, with, output,
            times, archive };
        session.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var targets = SeriesTarget.ParseAll(parsed.GetRequiredValue(series), CommonOptions.ReadMarket(parsed.GetValue(market)));
            var exchanges = targets.Select(target => target.Exchange).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            if (exchanges.Find(exchange => !CommonOptions.ExchangeNames.Contains(exchange, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            {
                throw new UnknownExchangeException(unknown, CommonOptions.ExchangeNames);
            }

            if (exchanges.Count > 1 && parsed.GetValue(session.BaseUrl) is not null)
            {
                throw new UsageException("--base-url is the address of one exchange; here are several.");
            }

            var set = CommonOptions.ReadWith(parsed.GetValue(with));
            var length = CommonOptions.ReadInterval(parsed.GetValue(interval), parsed.GetValue(dayOffset));
            var isFlat = CommonOptions.IsFlat(parsed.GetRequiredValue(fill));
            var format = parsed.GetRequiredValue(output);
            if (isFlat && (parsed.GetValue(file) is not null || parsed.GetValue(into) is not null))
            {
                throw new UsageException("--fill flat writes to stdout alone: a file that is resumed holds what was traded. Leave out --file and --into.");
            }

            var files = Files(targets, length, format, parsed.GetValue(file), parsed.GetValue(into));
            await using var open = await Session.OpenAsync(terminal, parsed, session, exchanges.Count == 1 ? exchanges[0] : null, cancellationToken)
                .ConfigureAwait(false);
            await using var kept = parsed.GetValue(archive) is { } path ? CandleArchives.Open(path, open.IsSimulated, clock: open.MarketClock) : null;
            if (kept is not null)
            {
                open.ReadThrough(kept, terminal.Error.WriteLine);
            }

            var now = open.MarketClock.GetUtcNow();
            HistoryRequest Request(SeriesTarget target) => new()
            {
                Exchange = target.Exchange,
                Symbol = target.Symbol,
                Market = target.Market,
                From = CommonOptions.ReadTime("--from", parsed.GetRequiredValue(from), now),
                To = parsed.GetValue(to) is { } text ? CommonOptions.ReadTime("--to", text, now) : now,
                Interval = length,
                BuildInterval = parsed.GetValue(build) || length.Offset != TimeSpan.Zero,
                IncludeOpen = parsed.GetValue(includeOpen),
            };
            using var display = new ProgressDisplay(terminal);
            var downloads = targets.Select(target => new SeriesDownload(open, Request(target), set, format, TimeStyles.Of(parsed.GetValue(times)), display)
            {
                IsFlat = isFlat,
            })
                .ToList();
            try
            {
                var code = downloads.Count == 1
                    ? await ReadOneAsync(terminal, downloads[0], files[0], cancellationToken).ConfigureAwait(false)
                    : await ReadManyAsync(terminal, display, targets, downloads, files, Header(format, open.IsSandbox, set), cancellationToken)
                    .ConfigureAwait(false);
                return code == ExitCode.Incomplete && parsed.GetValue(allowGaps) ? ExitCode.Done : code;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && files[0] is not null)
            {
                display.Say("Stopped. The same command goes on from what is written.");
                throw;
            }
        });
        return command;
    }

    /// <summary>The file of each series; null for stdout.</summary>
    private static IReadOnlyList<FileInfo?> Files(IReadOnlyList<SeriesTarget> targets, Interval interval, string format, FileInfo? file, DirectoryInfo? into)
    {
        if (file is not null)
        {
            return into is not null ? throw new UsageException("Choose either --file, for one series, or --into, for a file of each.")
                : targets.Count > 1 ? throw new UsageException($"--file is for one series, here are {targets.Count}. --into DIRECTORY writes a file for each.")
                : [file];
        }

        if (into is null)
        {
            return [.. targets.Select(_ => (FileInfo?)null)];
        }

        var names = targets.Select(target => (Target: target, Name: target.FileName(interval, format))).ToList();
        if (names.GroupBy(one => one.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new UsageException(
                $"{string.Join(" and ", twice.Select(one => one.Target))} would be written to the same file, {twice.Key}. Read them one by one, with --file.");
        }

        into.Create();
        return [.. names.Select(one => new FileInfo(Path.Combine(into.FullName, one.Name)))];
    }

    private static byte[] Header(string format, bool isSandbox, IndicatorSet? set) =>
        format == "csv" ? Encoding.UTF8.GetBytes(CsvQuoteWriter.Header(isSandbox, set?.Columns ?? []) + "\n") : [];

    private static async Task<int> ReadOneAsync(CliTerminal terminal, SeriesDownload download, FileInfo? file, CancellationToken cancellationToken)
    {
        await (file is not null ? download.ToFileAsync(file, cancellationToken) : download.ToStreamAsync(terminal.Output, cancellationToken))
            .ConfigureAwait(false);
        return download.IsIncomplete ? ExitCode.Incomplete : ExitCode.Done;
    }

    private static async Task<int> ReadManyAsync(
        CliTerminal terminal,
        ProgressDisplay display,
        IReadOnlyList<SeriesTarget> targets,
        List<SeriesDownload> downloads,
        IReadOnlyList<FileInfo?> files,
        ReadOnlyMemory<byte> header,
        CancellationToken cancellationToken)
    {
        var turns = new OutputTurns(terminal.Output, header, targets.Count);
        var jobs = targets.Select((target, place) => new DownloadJob(target, downloads[place], files[place], stop =>
            files[place] is { } file ? downloads[place].ToFileAsync(file, stop) : downloads[place].ToTurnsAsync(turns, place, stop)));
        var code = await new ManyDownloads([.. jobs], display, terminal.IsErrorTerminal).RunAsync(cancellationToken).ConfigureAwait(false);
        if (files[0] is null && (code is ExitCode.Done or ExitCode.Incomplete))
        {
            turns.WriteHeader(); // also when there is not a single candle
        }

        return code;
    }
}
