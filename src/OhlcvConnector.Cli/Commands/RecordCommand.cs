using System.CommandLine;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Recording;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli record binance:BTCUSDT okx/usdm:*-USDT-SWAP --interval 1m,1h</c>: keeps closed candles in an archive until it is told to
/// end.</summary>
internal static class RecordCommand
{
    private const string Description = """
        Keeps closed candles in an archive, without a hole: each series begins behind its last kept candle.

          connector-cli record binance:BTCUSDT,ETHUSDT okx/usdm:BTC-USDT-SWAP --interval 1m,1h --archive candles.db

          connector-cli record okx/usdm:*-USDT-SWAP     (also what is listed later)

          connector-cli record binance:BTCUSDT --raw frames --keep 7d     (and 'sandbox --replay frames' runs on it)

        A candle is written to disk as soon as it comes. While the file cannot be written, the stream goes on: stderr says so, what waits is written when
        it can be, and what is too much to wait is read again. Ended by Ctrl-C, by kill -9 or with the machine, the same command goes on without
        a hole. Two on one archive do not disturb each other.
        """;

    private static readonly TimeSpan Look = TimeSpan.FromMinutes(5); // for new listings

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var series = CommonOptions.Series();
        var market = CommonOptions.Market();
        var interval = CommonOptions.Intervals();
        var raw = new Option<string?>("--raw")
        {
            Description = "Keep every message of the exchanges, too, as it came: a file an hour in this directory, for 'sandbox --replay' and 'decode'.",
            HelpName = "directory"
        };
        var keep = new Option<string?>("--keep")
        {
            Description = "How long raw messages stay, or how much room they take: 48h, 7d, 20GB. Default: all stay.",
            HelpName = "limit"
        };
        var data = new DataFolder.Options();
        var session = new Session.Options();
        var command = new Command("record", Description) { series, market, interval, raw, keep };
        data.AddTo(command);
        session.AddTo(command, withBaseUrl: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var targets = SeriesTarget.ParseAll(parsed.GetRequiredValue(series), CommonOptions.ReadMarket(parsed.GetValue(market)));
            var intervals = CommonOptions.ReadIntervals(parsed.GetValue(interval));
            var limit = RawKeep.Parse(parsed.GetValue(keep));
            if (parsed.GetValue(raw) is null && parsed.GetValue(keep) is not null)
            {
                throw new UsageException("--keep is for --raw; 'archive retain' removes candles.");
            }

            RawWriter? writer = null;
            await using var open = await Session.OpenAsync(
                terminal, parsed, session, exchange: null, cancellationToken, isPatient: true,
                options => options.OnReceived = (writer = OpenRaw(terminal, parsed.GetValue(raw), limit, options)) is null ? null : writer.Take)
                .ConfigureAwait(false);
            if (parsed.GetValue(raw) is not null && writer is null)
            {
                throw new UsageException("--raw keeps the exchanges' own messages, and --server has none. Leave out one of them.");
            }

            await using var kept = writer;
            var path = DataFolder.ArchiveFile(terminal, parsed, data, open.IsSimulated);
            var archive = CandleArchives.Open(path, open.IsSimulated, clock: open.MarketClock);
            await using (archive.ConfigureAwait(false))
            {
                return await new Recording(terminal, open, archive, targets, intervals, writer).RunAsync(cancellationToken).ConfigureAwait(false);
            }
        });
        return command;
    }

    private static RawWriter? OpenRaw(CliTerminal terminal, string? directory, RawKeep keep, ConnectorOptions options)
    {
        if (directory is null)
        {
            return null;
        }

        var writer = new RawWriter(
            directory, keep, options.MarketClock ?? terminal.Clock, options.Sandbox is not null || options.UseTestnet, terminal.Error.WriteLine);
        writer.Start();
        return writer;
    }

    /// <summary>Run of the command.</summary>
    private sealed class Recording(CliTerminal terminal, Session session, ICandleArchive archive, IReadOnlyList<SeriesTarget> targets,
        IReadOnlyList<Interval> intervals, RawWriter? raw)
    {
        private readonly StatusNotices _notices = new(terminal.Error);

        private IEnumerable<SeriesTarget> Patterns => targets.Where(target => SeriesPattern.Is(target.Symbol));

        public async Task<int> RunAsync(CancellationToken cancellationToken)
        {
            var keeping = new KeepCandles(session.Feeds, session.History, archive, session.MarketClock, terminal.Clock)
            {
                OnTrouble = Say,
                OnStatus = _notices.Write,
                OnClosed = raw is null ? null : raw.Take,
            };
            var found = await FindAsync(targets, cancellationToken).ConfigureAwait(false);
            raw?.Take(found.Select(one => one.Instrument));
            Say($"Keeping {found.Count} series in {archive.Location}{(session.IsSimulated ? ", none of them real" : "")}.");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var looking = LookAsync(keeping, found, stop.Token);
            try
            {
                await keeping.RunAsync(found, cancellationToken).ConfigureAwait(false);
                return ExitCode.Done;
            }
            finally
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Say(Summary(keeping.Counts) + (raw is { Lost: > 0 } ? FormattableString.Invariant($" {raw.Lost} raw messages were lost.") : ""));
            }
        }

        /// <summary>Finds the series that the targets mean now.</summary>
        private Task<IReadOnlyList<Series>> FindAsync(IEnumerable<SeriesTarget> wanted, CancellationToken cancellationToken) =>
            SeriesOfTargets.FindAsync(session, wanted, intervals, isHistory: false, cancellationToken);

        /// <summary>Keeps the listings of the markets, and follows what a pattern finds after the start, from its first candle.</summary>
        private async Task LookAsync(KeepCandles keeping, IReadOnlyList<Series> series, CancellationToken cancellationToken)
        {
            var listings = new ListingsToArchive(archive, session.Instruments, session.MarketClock, exception => Say(exception.Message));
            var lookedAt = session.MarketClock.GetUtcNow();
            while (true)
            {
                await TryAsync(() => listings.ListAllAsync(series, cancellationToken)).ConfigureAwait(false);
                await Task.Delay(Look, terminal.Clock, cancellationToken).ConfigureAwait(false);
                await TryAsync(FollowAsync).ConfigureAwait(false);
            }

            async Task FollowAsync()
            {
                var now = session.MarketClock.GetUtcNow();
                var found = await FindAsync(Patterns, cancellationToken).ConfigureAwait(false);
                raw?.Take(found.Select(one => one.Instrument));
                await keeping.FollowAsync(found, lookedAt, cancellationToken).ConfigureAwait(false);
                lookedAt = now;
            }
        }

        private async Task TryAsync(Func<Task> work)
        {
            try
            {
                await work().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OhlcvConnectorException or UsageException)
            {
                Say($"Listings could not be read: {exception.Message}");
            }
        }

        private void Say(string words)
        {
            lock (terminal.Error)
            {
                terminal.Error.WriteLine(words);
            }
        }

        private static string Summary(KeepingCounts counts) => FormattableString.Invariant(
            $"Kept {counts.Kept} candles ({counts.Same} were there, {counts.Revised} with other values, {counts.Refetched} read again, {counts.Missing} gaps, {counts.Refused} refused, {counts.FailedWrites} failed writes); each was on disk within {counts.LongestWait.TotalMilliseconds:0} ms.");
    }
}
