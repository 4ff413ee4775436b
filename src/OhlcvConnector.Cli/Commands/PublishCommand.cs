using System.CommandLine;
using System.Text.Json;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Cli.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli publish binance:BTCUSDT --into nats://localhost:4222</c>: publishes candles to a bus until it is told to end.</summary>
internal static class PublishCommand
{
    private const string Description = """
        Publishes candles to a bus: closed ones each once and in order, each series from where the bus ends; open ones to whoever listens.

          connector-cli publish binance:BTCUSDT,ETHUSDT okx/usdm:BTC-USDT-SWAP --interval 1m,1h --into nats://localhost:4222

          connector-cli publish binance:BTCUSDT --since 2026-01-01 --into redis://localhost:6379

        While the bus is down candles wait, and what is too much is read again from history. Ended by Ctrl-C, by kill -9 or with the machine, the same
        command goes on without a hole. Several on one JetStream do not disturb each other: the first wins.
        """;

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var series = CommonOptions.Series();
        var into = new Option<string>("--into")
        {
            Description = "The bus: nats://user:password@host:4222, redis://host:6379 or kafka://host:9092.",
            HelpName = "address",
            Required = true,
        };
        var market = CommonOptions.Market();
        var interval = CommonOptions.Intervals();
        var since = new Option<string?>("--since")
        {
            Description = "Where series begin of which the bus has nothing: -7d or 2026-01-31. Default: now.",
            HelpName = "time",
        };
        var output = CommonOptions.Output("text", "json");
        var session = new Session.Options();
        var command = new Command("publish", Description) { series, into, market, interval, since, output };
        session.AddTo(command, withBaseUrl: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var targets = SeriesTarget.ParseAll(parsed.GetRequiredValue(series), CommonOptions.ReadMarket(parsed.GetValue(market)));
            var intervals = CommonOptions.ReadIntervals(parsed.GetValue(interval));
            BusAddress.Check("--into", parsed.GetRequiredValue(into));
            await using var open = await Session.OpenAsync(terminal, parsed, session, exchange: null, cancellationToken, isPatient: true).ConfigureAwait(false);
            DateTimeOffset? begin = parsed.GetValue(since) is { } text ? CommonOptions.ReadTime("--since", text, open.MarketClock.GetUtcNow()) : null;
            var found = await SeriesOfTargets.FindAsync(open, targets, intervals, isHistory: false, cancellationToken).ConfigureAwait(false);
            var sink = BusAddress.Open("--into", parsed.GetRequiredValue(into), open.IsSimulated);
            await using (sink.ConfigureAwait(false))
            {
                return await RunAsync(terminal, open, sink, found, begin, parsed.GetValue(output) == "json", cancellationToken).ConfigureAwait(false);
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CliTerminal terminal, Session session, IQuoteSink sink, IReadOnlyList<Series> series, DateTimeOffset? begin, bool isJson,
        CancellationToken cancellationToken)
    {
        var notices = new StatusNotices(terminal.Error);
        var publishing = new PublishQuotes(session.Feeds, sink, terminal.Clock) { OnTrouble = Say, OnStatus = notices.Write };
        Say($"Publishing {series.Count} series to {sink.Location}{(session.IsSimulated ? ", none of them real (SANDBOX)" : "")}.");
        try
        {
            await publishing.RunAsync(series, begin, cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        }
        finally
        {
            Summarize(publishing.Counts);
        }

        void Say(string words)
        {
            lock (terminal.Error)
            {
                terminal.Error.WriteLine(words);
            }
        }

        void Summarize(PublishingCounts counts)
        {
            if (isJson)
            {
                WriteJson(terminal.Output, sink.Location, counts, session.IsSimulated);
            }
            else
            {
                Say(FormattableString.Invariant(
                    $"{(session.IsSimulated ? "SANDBOX: " : "")}Published {counts.Published} candles ({counts.AlreadyThere} were there, {counts.Gaps} gaps, {counts.Fenced} times fenced, {counts.ToReadAgain} to be read again, {counts.FailedAttempts} failed attempts) and {counts.Updates} updates of open ones."));
            }
        }
    }

    private static void WriteJson(Stream output, string location, PublishingCounts counts, bool isSimulated)
    {
        var buffer = new OutputBuffer(output);
        using (var json = new Utf8JsonWriter(buffer.Writer))
        {
            json.WriteStartObject();
            json.WriteString("bus", location);
            json.WriteNumber("series", counts.Series);
            json.WriteNumber("published", counts.Published);
            json.WriteNumber("already_there", counts.AlreadyThere);
            json.WriteNumber("fenced", counts.Fenced);
            json.WriteNumber("gaps", counts.Gaps);
            json.WriteNumber("updates", counts.Updates);
            json.WriteNumber("skipped_updates", counts.SkippedUpdates);
            json.WriteNumber("to_read_again", counts.ToReadAgain);
            json.WriteNumber("failed_attempts", counts.FailedAttempts);
            if (isSimulated)
            {
                json.WriteBoolean("sandbox", true);
            }

            json.WriteEndObject();
        }

        buffer.EndLine();
        buffer.Flush();
    }
}
