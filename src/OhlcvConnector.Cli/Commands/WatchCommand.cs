using System.CommandLine;
using System.Globalization;
using System.Text;
using OhlcvConnector.Application;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Cli.Watching;
using OhlcvConnector.Domain;
using OhlcvConnector.Configuration;
using OhlcvConnector.Indicators;
using Spectre.Console;

namespace OhlcvConnector.Cli.Commands;

/// <summary>
/// <c>connector-cli watch binance:BTCUSDT okx:BTC-USDT</c>: a table of last prices that renews itself, or plain lines where there is no terminal.
/// </summary>
internal static class WatchCommand
{
    private const double MinRefresh = 0.1;
    private const double MaxRefresh = 3600;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(5);

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var targets = new Argument<string[]>("targets")
        {
            Description = "What to watch: exchange:symbol, or exchange/market:symbol.",
            Arity = ArgumentArity.OneOrMore,
            HelpName = "targets",
        };
        targets.CompletionSources.Add([.. CommonOptions.ExchangeNames.Select(exchange => exchange + ":")]);
        var interval = CommonOptions.Interval();
        var refresh = NumberOption.Create("--refresh", MinRefresh, MaxRefresh, 0.5, "Seconds between two pictures.");
        var limit = NumberOption.Create("--limit", 0, long.MaxValue, 0L, "End after so many pictures; 0 for never.", "-n");
        var with = CommonOptions.With();
        var times = TimeStyles.Option();
        var session = new Session.Options();
        var command = new Command("watch", "Shows last prices in a table that renews itself; plain lines where there is no terminal.\n\n  connector-cli watch binance:BTCUSDT okx:BTC-USDT bybit:BTCUSDT\n  connector-cli watch binance/usdm:ETHUSDT hyperliquid:BTC --interval 5m\n  connector-cli watch binance:BTCUSDT gateio:BTC_USDT --sandbox") { targets, interval, refresh, limit, with, times };
        session.AddTo(command, withBaseUrl: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var set = CommonOptions.ReadWith(parsed.GetValue(with));
            WatchRow[] rows = [.. SeriesTarget.ParseAll(parsed.GetRequiredValue(targets), market: null).Select(target => new WatchRow(target, set?.Clone()))];
            var length = CommonOptions.ReadInterval(parsed.GetValue(interval)) ?? Interval.OneMinute;
            var pause = TimeSpan.FromSeconds(parsed.GetValue(refresh));
            var most = parsed.GetValue(limit);
            await using var open = await Session.OpenAsync(terminal, parsed, session, exchange: null, cancellationToken).ConfigureAwait(false);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var reading = Task.WhenAll(
                rows.GroupBy(row => (row.Target.Exchange.ToUpperInvariant(), row.Target.Market))
                    .Select(group => ReadAsync(terminal, open, [.. group], length, set, stop)));
            try
            {
                await ShowAsync(terminal, open, rows, length, pause, most, TimeStyles.Of(parsed.GetValue(times)), stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // a reader ended it: its error follows
            }

            await stop.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Reads one market's targets. A mistake of the user's ends the command; an exchange that cannot be reached is shown, and tried again.</summary>
    private static async Task ReadAsync(
        CliTerminal terminal, Session session, WatchRow[] rows, Interval interval, IndicatorSet? set, CancellationTokenSource stop)
    {
        while (true)
        {
            try
            {
                Array.ForEach(rows, row => row.Begin());
                var request = new StreamRequest
                {
                    Exchange = rows[0].Target.Exchange,
                    Market = rows[0].Target.Market,
                    Symbols = [.. rows.Select(row => row.Target.Symbol)],
                    Interval = interval,
                    BuildInterval = true,
                    Since = Begin(session.MarketClock.GetUtcNow(), interval, set),
                    AwaitTrading = true,
                    OnStatus = status =>
                    {
                        foreach (var row in rows.Where(row => row.Target.IsOf(status.Series)))
                        {
                            row.Trouble = status.Condition == SeriesCondition.Trading ? null : status.Reason;
                        }
                    },
                };
                await foreach (var quote in session.Connector.StreamAsync(request, stop.Token).ConfigureAwait(false))
                {
                    foreach (var row in rows)
                    {
                        if (row.Target.IsOf(quote))
                        {
                            row.Trouble = null;
                            row.Post(quote, terminal.Clock.GetTimestamp());
                        }
                    }
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (ExchangeUnavailableException exception)
            {
                Array.ForEach(rows, row => row.Trouble = exception.Message);
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }

            await Task.Delay(BetweenAttempts, terminal.Clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns the time to read from: as far back as the figures and the indicators reach.</summary>
    private static DateTimeOffset Begin(DateTimeOffset now, Interval interval, IndicatorSet? set)
    {
        var shown = now - (interval.ApproximateLength * WatchRow.Window);
        var settled = set is null ? shown : DateTimeOffset.FromUnixTimeMilliseconds(set.BeginMs(interval, interval.FloorMs(now.ToUnixTimeMilliseconds())));
        return settled < shown ? settled : shown;
    }

    private static async Task ShowAsync(
        CliTerminal terminal,
        Session session,
        WatchRow[] rows,
        Interval interval,
        TimeSpan pause,
        long limit,
        TimeStyle times,
        CancellationToken cancellationToken)
    {
        using var screen = terminal.IsOutputTerminal && terminal.Variable("TERM") is not "dumb" ? new WatchScreen(terminal) : null;
        var lines = new OutputBuffer(terminal.Output);
        var shown = new Dictionary<WatchRow, (WatchFacts?, string)>();
        using var timer = new PeriodicTimer(pause, terminal.Clock);
        for (var pictures = 0L; limit == 0 || pictures < limit; pictures++)
        {
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            if (screen is null)
            {
                WriteLines(terminal, session, rows, shown, times, lines);
            }
            else
            {
                Draw(terminal, session, rows, interval, screen);
            }
        }
    }

    private static void Draw(CliTerminal terminal, Session session, WatchRow[] rows, Interval interval, WatchScreen screen)
    {
        var markets = session.Connector.Diagnose();
        var now = session.MarketClock.GetUtcNow().UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var title = $"{(session.IsSandbox ? "SANDBOX, not real. " : "")}{now} UTC. Figures are over the last {WatchRow.Window} candles of {interval}.";
        var isPlain = WatchScreen.IsPlain(terminal);
        screen.Draw(title, (width, height) =>
        {
            var room = Math.Max(1, height - 3); // below the title: the names, what is wrong, and the last line, which scrolls
            var table = WatchTable.Create([.. rows.Take(room)], width, isPlain, Age, row => WatchStates.Of(row, markets, Age));
            var notes = rows.Where(row => row.Trouble is not null).Select(row => $"{row.Target.Exchange}: {row.Trouble}")
                .Concat(rows.Length > room ? [$"{rows.Length - room} more do not fit; make the window taller."] : []).FirstOrDefault();
            return notes is null ? table : new Rows(table, new Text(notes.Length > width ? notes[..width] : notes, new Style(Color.Red)));
        });

        TimeSpan Age(long heardAt) => terminal.Clock.GetElapsedTime(heardAt);
    }

    private static void WriteLines(
        CliTerminal terminal, Session session, WatchRow[] rows, Dictionary<WatchRow, (WatchFacts?, string)> shown, TimeStyle times, OutputBuffer lines)
    {
        var markets = session.Connector.Diagnose();
        foreach (var row in rows)
        {
            var now = (row.Facts, WatchStates.Of(row, markets, heardAt => terminal.Clock.GetElapsedTime(heardAt)));
            if (!shown.TryGetValue(row, out var before) || before != now)
            {
                shown[row] = now;
                Encoding.UTF8.GetBytes(
                    $"{WatchTable.Line(row, session.MarketClock.GetUtcNow(), times, now.Item2)}{(session.IsSandbox ? " SANDBOX" : "")}", lines.Writer);
                lines.EndLine();
            }
        }

        lines.Flush();
    }
}
