using System.CommandLine;
using OhlcvConnector.Application;
using OhlcvConnector.Cli.Computing;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli history binance BTCUSDT --from ...</c>: the past, to stdout or to a file that it resumes.</summary>
internal static class HistoryCommand
{
    private const string Description = """
        Reads candles of the past.

          connector-cli history binance BTCUSDT --from -7d --interval 1h --file btc.csv

          connector-cli history okx BTC-USDT --from 2026-01-01 --interval 1d --with rsi:14,macd:12:26:9

        What the exchange's history lacks is named on stderr with its reason, and the exit code is 3 then. What lies before the listing is not missing.
        """;

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var exchange = CommonOptions.Exchange("The exchange.");
        var symbol = new Argument<string>("symbol") { Description = "The symbol, in the exchange's spelling or a common one." };
        var from = new Option<string>("--from") { Description = "Candles that open at or after: 2026-01-31, 2026-01-31T12:00Z, -7d.", Required = true };
        var to = new Option<string?>("--to") { Description = "Candles that open before. Default: now." };
        var market = CommonOptions.Market();
        var interval = CommonOptions.Interval();
        var build = CommonOptions.Build();
        var includeOpen = new Option<bool>("--include-open") { Description = "Also the candle that is still open." };
        var file = new Option<FileInfo?>("--file") { Description = "Write to a file; one that is partly written is resumed." };
        var with = CommonOptions.With();
        var allowGaps = new Option<bool>("--allow-gaps") { Description = "End with 0 also when candles are missing; else the exit code is 3 then." };
        var output = CommonOptions.Output("csv", "json");
        var session = new Session.Options();
        var command = new Command("history", Description) { exchange, symbol, from, to, market, interval, build, includeOpen, file, allowGaps, with, output };
        session.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(exchange);
            var set = CommonOptions.ReadWith(parsed.GetValue(with));
            await using var open = await Session.OpenAsync(terminal, parsed, session, name, cancellationToken).ConfigureAwait(false);
            var now = open.MarketClock.GetUtcNow();
            var request = new HistoryRequest
            {
                Exchange = name,
                Symbol = parsed.GetRequiredValue(symbol),
                From = CommonOptions.ReadTime("--from", parsed.GetRequiredValue(from), now),
                To = parsed.GetValue(to) is { } text ? CommonOptions.ReadTime("--to", text, now) : now,
                Market = CommonOptions.ReadMarket(parsed.GetValue(market)),
                Interval = CommonOptions.ReadInterval(parsed.GetValue(interval)) ?? Interval.OneMinute,
                BuildInterval = parsed.GetValue(build),
                IncludeOpen = parsed.GetValue(includeOpen),
            };
            var format = parsed.GetRequiredValue(output);
            var code = parsed.GetValue(file) is { } path
                ? await ToFileAsync(terminal, open, request, set, format, path, cancellationToken).ConfigureAwait(false)
                : await WriteAsync(terminal, open, request, set, QuoteWriters.Create(format, terminal.Output, open.IsSandbox, Columns(set)), file: null, cancellationToken).ConfigureAwait(false);
            return code == ExitCode.Incomplete && parsed.GetValue(allowGaps) ? ExitCode.Done : code;
        });
        return command;
    }

    private static IReadOnlyList<string> Columns(IndicatorSet? set) => set?.Columns ?? [];

    private static async Task<int> ToFileAsync(
        CliTerminal terminal, Session session, HistoryRequest request, IndicatorSet? set, string format, FileInfo path, CancellationToken cancellationToken)
    {
        using var file = HistoryFile.Open(path, format, request, session.IsSandbox, Columns(set));
        if (file.ResumeAt is { } resumeAt)
        {
            terminal.Error.WriteLine($"{path.Name} has candles up to {QuoteFields.Time(resumeAt)}; going on from there.");
            if (resumeAt >= request.To)
            {
                return ExitCode.Done;
            }

            request = request with { From = resumeAt }; // also when --from is later: a file has no hole
        }

        return await WriteAsync(terminal, session, request, set, QuoteWriters.Create(format, file.Stream, session.IsSandbox, Columns(set)), file, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> WriteAsync(
        CliTerminal terminal, Session session, HistoryRequest request, IndicatorSet? set, IQuoteWriter writer, HistoryFile? file, CancellationToken cancellationToken)
    {
        var total = request.Interval.CountBetween(request.From.ToUnixTimeMilliseconds(), request.To!.Value.ToUnixTimeMilliseconds());
        using var progress = terminal.IsErrorTerminal ? new ProgressBar(terminal, total) : null;
        var written = 0L;
        var isIncomplete = false;
        MissingCandles? atEnd = null;
        try
        {
            var history = new ValuedHistory(session.Connector, set, session.MarketClock.GetUtcNow(), terminal.Error);
            await foreach (var (quote, values, _) in history.ReadAsync(request with { OnMissing = Take }, file, cancellationToken).ConfigureAwait(false))
            {
                if (written++ == 0)
                {
                    Begin(writer, file, quote.Market);
                }

                atEnd = null; // the quote carries it
                writer.Write(quote, values);
                progress?.Advance(request.Interval.CountBetween(request.From.ToUnixTimeMilliseconds(), quote.CloseMs));
            }

            if (written == 0 && (atEnd is not null || file is null or { IsNew: true }))
            {
                Begin(writer, file, atEnd?.Series.Market);
            }

            if (atEnd is not null)
            {
                writer.WriteGap(atEnd);
            }

            return isIncomplete ? ExitCode.Incomplete : ExitCode.Done;
        }
        finally
        {
            writer.Flush();
        }

        void Take(MissingCandles missing)
        {
            QuoteFields.Tell(missing, terminal.Error);
            if (missing.Kind == MissingKind.Gap)
            {
                isIncomplete = true;
                atEnd = atEnd is null ? missing : atEnd with { To = missing.To, Reason = $"{atEnd.Reason}; {missing.Reason}" };
            }
        }
    }

    private static void Begin(IQuoteWriter writer, HistoryFile? file, Market? market)
    {
        file?.Begin(market);
        if (file is null or { IsNew: true })
        {
            writer.WriteHeader();
        }
    }
}
