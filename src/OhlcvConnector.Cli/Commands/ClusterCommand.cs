using System.CommandLine;
using System.IO.Enumeration;
using System.Text;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Cli.Archiving;
using OhlcvConnector.Cli.Clustering;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli cluster</c>: the series that a cluster of nodes carries, and who carries what.</summary>
internal static class ClusterCommand
{
    private static readonly TimeSpan Renew = TimeSpan.FromSeconds(2);

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var options = new ClusterOptions();
        var command = new Command("cluster", "Edits the series that a cluster of nodes carries, and shows who carries what. A node is 'connector-cli serve --cluster nats://...'.\n\n  connector-cli cluster add binance:BTCUSDT,ETHUSDT okx/usdm:*-USDT-SWAP --interval 1m,1h --to nats://127.0.0.1:4222\n  connector-cli cluster status --watch --to nats://127.0.0.1:4222")
        {
            Add(terminal, options), Remove(terminal, options), List(terminal, options), Status(terminal, options), Forget(terminal, options),
        };
        options.AddTo(command);
        return command;
    }

    private static Command Add(CliTerminal terminal, ClusterOptions options)
    {
        var series = CommonOptions.Series();
        var (market, interval, session) = (CommonOptions.Market(), CommonOptions.Intervals(), new Session.Options());
        var command = new Command("add", "Adds series to those that the cluster carries. What the exchange does not have is refused.") { series, market, interval };
        session.AddTo(command, withBaseUrl: false, withServer: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var targets = SeriesTarget.ParseAll(parsed.GetRequiredValue(series), CommonOptions.ReadMarket(parsed.GetValue(market)));
            var intervals = CommonOptions.ReadIntervals(parsed.GetValue(interval));
            await using var cluster = await options.OpenAsync(terminal, parsed, cancellationToken).ConfigureAwait(false);
            await using var open = await OpenSessionAsync(terminal, parsed, session, cluster, cancellationToken).ConfigureAwait(false);
            var found = await SeriesOfTargets.FindAsync(open, targets, intervals, isHistory: false, cancellationToken).ConfigureAwait(false);
            var added = await cluster.Book.AddAsync(found.Select(ClusterSeries.Of), cancellationToken).ConfigureAwait(false);
            terminal.Error.WriteLine($"{added} series added, {found.Count - added} were there.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Remove(CliTerminal terminal, ClusterOptions options)
    {
        var series = CommonOptions.Series();
        var (market, interval) = (CommonOptions.Market(), CommonOptions.Intervals("all"));
        var command = new Command("remove", "Takes series off those that the cluster carries; the exchange's own spelling, * and ? as in 'add'. What the bus has of them stays.") { series, market, interval };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var targets = SeriesTarget.ParseAll(parsed.GetRequiredValue(series), CommonOptions.ReadMarket(parsed.GetValue(market)));
            var intervals = parsed.GetValue(interval) is { } written ? CommonOptions.ReadIntervals(written) : null;
            await using var cluster = await options.OpenAsync(terminal, parsed, cancellationToken).ConfigureAwait(false);
            var there = await cluster.Book.SeriesAsync(cancellationToken).ConfigureAwait(false);
            var unwanted = there.Where(one => targets.Any(target => Means(target, one)) && intervals?.Contains(one.Interval) != false).ToList();
            var removed = await cluster.Book.RemoveAsync(unwanted, cancellationToken).ConfigureAwait(false);
            terminal.Error.WriteLine($"{removed} series removed, {there.Count - removed} stay.");
            return removed > 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static Command List(CliTerminal terminal, ClusterOptions options)
    {
        var output = CommonOptions.Output(CommonOptions.Text, CommonOptions.Json);
        var command = new Command("list", "Lists the series that the cluster is to carry.") { output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var cluster = await options.OpenAsync(terminal, parsed, cancellationToken).ConfigureAwait(false);
            var series = await cluster.Book.SeriesAsync(cancellationToken).ConfigureAwait(false);
            var sorted = series.OrderBy(one => one.ToString(), StringComparer.Ordinal);
            ClusterOutput.Write(terminal.Output, sorted, parsed.GetRequiredValue(output) == CommonOptions.Json);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Status(CliTerminal terminal, ClusterOptions options)
    {
        var output = CommonOptions.Output(CommonOptions.Text, CommonOptions.Json);
        var watch = new Option<bool>("--watch") { Description = "Go on, and show it anew every two seconds." };
        var command = new Command("status", "Shows the nodes that live, and who carries which shard. 3: something is carried by fewer nodes than wanted.") { output, watch };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var cluster = await options.OpenAsync(terminal, parsed, cancellationToken).ConfigureAwait(false);
            var isJson = parsed.GetRequiredValue(output) == CommonOptions.Json;
            while (true)
            {
                var status = await ClusterStatus.ReadAsync(cluster, cancellationToken).ConfigureAwait(false);
                if (parsed.GetValue(watch) && terminal.IsOutputTerminal && !isJson)
                {
                    await terminal.Output.WriteAsync(Encoding.ASCII.GetBytes("\e[H\e[2J"), cancellationToken).ConfigureAwait(false);
                }

                ClusterOutput.Write(terminal.Output, status, isJson);
                if (!parsed.GetValue(watch))
                {
                    return status.IsWhole ? ExitCode.Done : ExitCode.Incomplete;
                }

                await Task.Delay(Renew, terminal.Clock, cancellationToken).ConfigureAwait(false);
            }
        });
        return command;
    }

    private static Command Forget(CliTerminal terminal, ClusterOptions options)
    {
        var command = new Command("forget", "Forgets what the nodes agreed on (name, lease, redundancy, simulated or not), so that the next may bring something else. The series stay. Refused while a node lives.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var cluster = await options.OpenAsync(terminal, parsed, cancellationToken).ConfigureAwait(false);
            var nodes = (await ClusterStatus.ReadAsync(cluster, cancellationToken).ConfigureAwait(false)).Nodes;
            if (nodes.Count > 0)
            {
                throw new ClusterException($"These nodes live: {string.Join(", ", nodes.Select(node => node.Id))}. End them first.");
            }

            await cluster.ForgetAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<Session> OpenSessionAsync(
        CliTerminal terminal, ParseResult parsed, Session.Options options, OpenCluster cluster, CancellationToken cancellationToken)
    {
        var session = await Session.OpenAsync(terminal, parsed, options, exchange: null, cancellationToken).ConfigureAwait(false);
        if (await cluster.Book.CharterAsync(cancellationToken).ConfigureAwait(false) is { } charter && charter.Simulated != session.IsSimulated)
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw new UsageException(charter.Simulated
                ? "The cluster is of simulated exchanges: say which with --sandbox=URL, or --testnet."
                : "The cluster is of real exchanges, and the two are never mixed: leave out --sandbox and --testnet.");
        }

        return session;
    }

    private static bool Means(SeriesTarget target, ClusterSeries series) =>
        string.Equals(target.Exchange, series.Exchange, StringComparison.OrdinalIgnoreCase)
        && (target.Market is not { } market || market == series.Market)
        && FileSystemName.MatchesSimpleExpression(target.Symbol, series.Symbol);
}
