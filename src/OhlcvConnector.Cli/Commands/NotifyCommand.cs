using System.CommandLine;
using System.Globalization;
using System.Text;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Notifications;
using OhlcvConnector.Server.Notifications;

namespace OhlcvConnector.Cli.Commands;

/// <summary>
/// <c>connector-cli notify</c>: the channels of notifications, and what waits for them, was told or given up. A running server sees a change within seconds.
/// </summary>
internal static class NotifyCommand
{
    private const string Store = "notices.db";
    private const int MostSeconds = 86_400;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private sealed record Options(Option<string?> Config, Option<string?> StoreFile, Option<string?> Data);

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var options = new Options(
            new("--config", "-c")
            {
                Description = "The channels: a JSON file with a section notifications, or that section itself. Default: CONNECTOR_WSS_NOTIFICATIONS.",
                HelpName = "FILE",
                Recursive = true,
            },
            new("--store")
            {
                Description = "The file in which notices wait. Default: CONNECTOR_WSS_NOTIFICATION_STORE, else notices.db in the data folder.",
                HelpName = "FILE",
                Recursive = true,
            },
            DataFolder.OptionOf());
        options.Data.Recursive = true;
        return new Command("notify", "Tries the channels of notifications, and shows what was told, waits, or was given up.\n\n  connector-cli notify test --config notifications.json\n  connector-cli notify send 'The backup is done' --id backup-2026-11-26 --config notifications.json\n  connector-cli notify list --state dead\n  connector-cli notify retry --channel team")
        {
            Test(terminal, options),
            Send(terminal, options),
            List(terminal, options),
            Retry(terminal, options),
            options.Config,
            options.StoreFile,
            options.Data,
        };
    }

    private static Command Test(CliTerminal terminal, Options options)
    {
        var channels = new Argument<string[]>("channel") { Description = "The channels. Default: all.", Arity = ArgumentArity.ZeroOrMore };
        var test = new Command("test", "Sends a notice by each channel at once, and says how that went.") { channels };
        test.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = SettingsOf(terminal, parsed, options);
            var asked = parsed.GetValue(channels) is { Length: > 0 } named ? named : [.. settings.Routes.Select(route => route.Channel.Name)];
            var notifier = NotifierOf(terminal, parsed, options, settings);
            var lines = new List<string>();
            var isWell = true;
            foreach (var channel in asked)
            {
                var notice = NoticeTrials.Notice(channel, terminal.Clock.GetUtcNow(), isSandbox: false);
                var delivery = await notifier.TryAsync(channel, notice, cancellationToken).ConfigureAwait(false);
                isWell &= delivery.Outcome == NoticeOutcome.Delivered;
                lines.Add($"{channel}: {NoticeJson.Name(delivery.Outcome)}{(delivery.Problem is { } problem ? $": {problem}" : "")}");
            }

            Write(terminal, lines);
            return isWell ? ExitCode.Done : ExitCode.Failed;
        });
        return test;
    }

    private static Command Send(CliTerminal terminal, Options options)
    {
        var title = new Argument<string>("title") { Description = "What is told, in one line; - reads notices from standard input, an object of JSON a line." };
        var id = new Option<string?>("--id") { Description = "Told once by this id. Default: a new one each time.", HelpName = "id" };
        var text = new Option<string?>("--text") { Description = "What there is to say besides.", HelpName = "text" };
        var severity = ChoiceOption.Create("--severity", "How much it matters:", [.. Enum.GetValues<NoticeSeverity>().Select(NoticeJson.Name)]);
        var wait = NumberOption.Create("--wait", 0, MostSeconds, 30, "How many seconds to wait until it is told; what waits then stays kept.");
        var send = new Command("send", "Keeps a notice of your own, and tells it by each channel that wants it.") { title, id, text, severity, wait };
        send.SetAction(async (parsed, cancellationToken) =>
        {
            var outbox = OutboxOf(terminal, parsed, options);
            var notifier = NotifierOf(terminal, parsed, options, SettingsOf(terminal, parsed, options), outbox);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var sending = notifier.RunAsync(end.Token);
            try
            {
                await foreach (var notice in NoticesAsync(terminal, parsed, title, id, text, severity, cancellationToken).ConfigureAwait(false))
                {
                    await notifier.NotifyAsync(notice, cancellationToken).ConfigureAwait(false);
                    Write(terminal, [notice.Id]);
                }

                return await ToldAsync(terminal, outbox, TimeSpan.FromSeconds(parsed.GetRequiredValue(wait)), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await end.CancelAsync().ConfigureAwait(false);
                await sending.ConfigureAwait(false);
            }
        });
        return send;
    }

    private static Command List(CliTerminal terminal, Options options)
    {
        var state = new Option<string?>("--state") { Description = "Only those that are waiting, delivered or dead.", HelpName = "state" };
        state.AcceptOnlyFromAmong([.. Enum.GetValues<NoticeState>().Select(NoticeJson.Name)]);
        var limit = NumberOption.Create("--limit", 1, 10_000, 50, "At most so many.", "-n");
        var list = new Command("list", "Lists notices, the newest first: when, state, channel, attempts, id, title, what went wrong.") { state, limit };
        list.SetAction(async (parsed, cancellationToken) =>
        {
            NoticeState? only = parsed.GetValue(state) is { } name ? Enum.Parse<NoticeState>(name, ignoreCase: true) : null;
            var found = await OutboxOf(terminal, parsed, options).ListAsync(only, parsed.GetRequiredValue(limit), cancellationToken).ConfigureAwait(false);
            Write(terminal, [.. found.Select(Line)]);
            return ExitCode.Done;
        });
        return list;
    }

    private static Command Retry(CliTerminal terminal, Options options)
    {
        var id = new Option<string?>("--id") { Description = "Only the notice with this id.", HelpName = "id" };
        var channel = new Option<string?>("--channel") { Description = "Only for this channel.", HelpName = "channel" };
        var retry = new Command("retry", "Lets what was given up wait again; the server tells it, or the next 'notify send'.") { id, channel };
        retry.SetAction(async (parsed, cancellationToken) =>
        {
            var many = await OutboxOf(terminal, parsed, options)
                .RetryAsync(parsed.GetValue(id), parsed.GetValue(channel), terminal.Clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            Write(terminal, [string.Create(CultureInfo.InvariantCulture, $"{many} to be told again")]);
            return ExitCode.Done;
        });
        return retry;
    }

    private static async IAsyncEnumerable<Notice> NoticesAsync(
        CliTerminal terminal, ParseResult parsed, Argument<string> title, Option<string?> id, Option<string?> text, Option<string> severity,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = terminal.Clock.GetUtcNow();
        if (parsed.GetRequiredValue(title) is not "-" and var words)
        {
            yield return new Notice
            {
                Id = parsed.GetValue(id) ?? $"sent-{now.UtcTicks}",
                Kind = NoticeKind.Alert,
                Title = words,
                Text = parsed.GetValue(text) ?? "",
                Severity = Enum.Parse<NoticeSeverity>(parsed.GetRequiredValue(severity), ignoreCase: true),
                Time = now,
            };
            yield break;
        }

        using var lines = new StreamReader(terminal.Input);
        while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 0)
            {
                yield return NoticeJson.Read(line);
            }
        }
    }

    private static async Task<int> ToldAsync(CliTerminal terminal, SqliteNoticeOutbox outbox, TimeSpan most, CancellationToken cancellationToken)
    {
        var end = terminal.Clock.GetUtcNow() + most;
        while (true)
        {
            var backlogs = await outbox.BacklogsAsync(cancellationToken).ConfigureAwait(false);
            var waiting = backlogs.Sum(backlog => backlog.Waiting);
            if (waiting == 0)
            {
                return ExitCode.Done;
            }

            if (terminal.Clock.GetUtcNow() >= end)
            {
                await terminal.Error.WriteLineAsync($"{waiting} still to be told; they are kept, and 'notify list' shows them.").ConfigureAwait(false);
                return ExitCode.Failed;
            }

            await Task.Delay(LookEvery, terminal.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private static NotificationSettings SettingsOf(CliTerminal terminal, ParseResult parsed, Options options)
    {
        var text = parsed.GetValue(options.Config) ?? Setting(terminal, nameof(ServerOptions.Notifications))
            ?? throw new UsageException("Say which channels there are: --config notifications.json, or CONNECTOR_WSS_NOTIFICATIONS.");
        return NotificationSettings.Load(text, new NotificationSurroundings(terminal.Variable, terminal.Clock, new StreamWriter(terminal.Output)));
    }

    private static SqliteNoticeOutbox OutboxOf(CliTerminal terminal, ParseResult parsed, Options options) => SqliteNoticeOutbox.Open(
        parsed.GetValue(options.StoreFile) ?? Setting(terminal, nameof(ServerOptions.NotificationStore))
            ?? Path.Combine(DataFolder.Find(terminal, parsed.GetValue(options.Data)), Store),
        terminal.Clock);

    private static Notifier NotifierOf(
        CliTerminal terminal, ParseResult parsed, Options options, NotificationSettings settings, SqliteNoticeOutbox? outbox = null) => new(
        outbox ?? OutboxOf(terminal, parsed, options), settings.Routes, settings.KeepFor, terminal.Clock, new Random(),
        words => terminal.Error.WriteLine($"warning: {words}"));

    private static string? Setting(CliTerminal terminal, string name) =>
        EnvironmentSettings.Load(terminal.Variable, terminal.SettingsFolders).Text(ServerSettings.Table[name].Variable!);

    private static string Line(KeptNotice kept) => string.Create(
        CultureInfo.InvariantCulture,
        $"{kept.ChangedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {NoticeJson.Name(kept.State),-9}  {kept.Channel,-10}  {kept.Attempts,3}  {Plain(kept.Notice.Id)}  {(kept.Notice.Label is { } label ? $"[{label}] " : "")}{Plain(kept.Notice.Title)}{(kept.Problem is { } problem ? $"  ({Plain(problem)})" : "")}");

    private static string Plain(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    private static void Write(CliTerminal terminal, IReadOnlyList<string> lines)
    {
        var output = new OutputBuffer(terminal.Output);
        foreach (var line in lines)
        {
            Encoding.UTF8.GetBytes(line, output.Writer);
            output.EndLine();
        }

        output.Flush();
    }
}
