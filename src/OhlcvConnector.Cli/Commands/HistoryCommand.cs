using System.CommandLine;
using OhlcvConnector.Application;
using OhlcvConnector.Cli.Downloading;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

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
            using var display = new ProgressDisplay(terminal);
            var download = new SeriesDownload(open, request, set, parsed.GetRequiredValue(output), display);
            await (parsed.GetValue(file) is { } path ? download.ToFileAsync(path, cancellationToken) : download.ToStreamAsync(terminal.Output, cancellationToken)).ConfigureAwait(false);
            return download.IsIncomplete && !parsed.GetValue(allowGaps) ? ExitCode.Incomplete : ExitCode.Done;
        });
        return command;
    }
}
