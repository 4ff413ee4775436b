using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Archive.PostgreSql.Cluster;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Messaging.Nats.Cluster;

namespace OhlcvConnector.Server.Cluster;

/// <summary>
/// This server as a node of a cluster. What is wrong with it ends the start; servers that do not answer yet are tried again. When it stops, it gives back what
/// it carries before anything else ends.
/// </summary>
internal sealed partial class ClusterService : BackgroundService
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);

    private readonly ServerOptions _options;
    private readonly ClusterNode _node;
    private readonly NatsBusOptions _bus;
    private readonly IReadOnlyList<VenueBudget> _budgets;
    private readonly IPriceFeedRepository _feeds;
    private readonly IInstrumentRepository _instruments;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _logger;
    private ClusterMember? _member;
    private PublishQuotes? _publishing;
    private PublishingCounts? _before;
    private string? _problem = "it has not joined yet";

    /// <summary>Creates it; nothing is connected before it starts.</summary>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public ClusterService(
        ServerOptions options, ConnectorOptions connector, IPriceFeedRepository feeds, IInstrumentRepository instruments,
        IHostApplicationLifetime lifetime, ILogger<ClusterService> logger)
    {
        (_options, _feeds, _instruments, _lifetime, _logger) = (options, feeds, instruments, lifetime, logger);
        _node = NodeOf(options);
        _bus = BusAddress.Source(nameof(options.Cluster), options.Cluster!);
        _bus.IsSandbox = connector.Sandbox is not null || connector.UseTestnet;
        _budgets = VenueBudgets.Of(connector);
    }

    /// <summary>How long a lease holds without being renewed.</summary>
    public TimeSpan Lease => _options.ClusterLease;

    /// <summary>This node's name.</summary>
    public string Node => _node.Id;

    /// <summary>Why this node carries nothing, in words; null while it is well.</summary>
    public string? Problem => _problem ?? (_member is { Counts.IsMember: false } ? "it holds no lease" : null);

    /// <summary>What this node is and did so far; null before it joined.</summary>
    public ClusterCounts? Counts => _member?.Counts;

    /// <summary>The bus that it publishes to, without its password; null before it joined.</summary>
    public string? Location { get; private set; }

    /// <summary>What it published so far, however often it left and joined again; null before it joined.</summary>
    public PublishingCounts? Published => (_before, _publishing?.Counts) switch
    {
        ({ } before, { } now) => before.Plus(now),
        var (before, now) => now ?? before,
    };

    /// <summary>Checks what can be checked without a server.</summary>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public static void Check(ServerOptions options)
    {
        if (options.Cluster is { } address)
        {
            NatsCluster.CheckBucket(options.ClusterBucket);
            _ = BusAddress.Source(nameof(options.Cluster), address);
            _ = NodeOf(options);
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var cluster = await JoinAsync(cancellationToken).ConfigureAwait(false); // what is refused ends the start
            await cluster.DisposeAsync().ConfigureAwait(false);
        }
        catch (OhlcvConnectorException exception) when (exception is ClusterException or SinkException)
        {
            LogTrouble(_logger, exception.Message); // it may not be there yet
            _problem = exception.Message;
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _lifetime.ApplicationStopping); // clients need longer to go
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await TakePartAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // it was told to stop, and gave back what it had
            }
            catch (OhlcvConnectorException exception)
            {
                LogTrouble(_logger, exception.Message);
                _problem = exception.Message;
                await Task.Delay(RetryEvery, _options.TimeProvider, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        _problem = "it has left";
    }

    private async Task<NatsCluster> JoinAsync(CancellationToken cancellationToken)
    {
        var cluster = await NatsCluster.OpenAsync(_bus, _options.ClusterBucket, cancellationToken: cancellationToken).ConfigureAwait(false);
        try
        {
            await cluster.Book.JoinAsync(
                new ClusterCharter
                {
                    Cluster = _options.ClusterName,
                    Simulated = _bus.IsSandbox,
                    LeaseSeconds = _options.ClusterLease.TotalSeconds,
                    Redundancy = _options.ClusterRedundancy,
                },
                cancellationToken).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task TakePartAsync(CancellationToken cancellationToken)
    {
        var cluster = await JoinAsync(cancellationToken).ConfigureAwait(false);
        await using var ofCluster = cluster.ConfigureAwait(false);
        var leases = _options.ClusterLeases is { } address
            ? await PostgreSqlLeases.OpenAsync(address, _options.ClusterName, _options.ClusterLease, cancellationToken).ConfigureAwait(false)
            : await cluster.LeasesAsync(_options.ClusterLease, cancellationToken).ConfigureAwait(false);
        await using var ofLeases = leases.ConfigureAwait(false);
        var sink = new NatsQuoteSink(_bus);
        await using var ofSink = sink.ConfigureAwait(false);
        var publishing = new PublishQuotes(_feeds, sink, _options.TimeProvider) { OnTrouble = Tell };
        var member = new ClusterMember(
            leases, cluster.Book.SeriesAsync, publishing, _instruments,
            new ClusterMemberOptions
            {
                Node = _node,
                Budgets = _budgets,
                Redundancy = _options.ClusterRedundancy,
                Program = ServerIdentity.Version,
                Process = $"{Environment.MachineName}/{Environment.ProcessId}",
            },
            _options.TimeProvider)
        { OnTrouble = Tell, OnMove = words => LogMove(_logger, words) };
        _before = Published;
        (_publishing, _member, Location) = (publishing, member, sink.Location);
        using var endPublishing = new CancellationTokenSource();
        using var endMember = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var published = publishing.RunAsync([], cancellationToken: endPublishing.Token);
        var taking = member.RunAsync(endMember.Token);
        LogJoined(_logger, _node.Id, _options.ClusterName, cluster.Book.Location);
        _problem = null;
        await Task.WhenAny(published, taking).ConfigureAwait(false);
        await endMember.CancelAsync().ConfigureAwait(false); // first what it carries is given back, then the way to the bus ends
        await taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await endPublishing.CancelAsync().ConfigureAwait(false);
        await published.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (published.IsFaulted ? published : taking).ConfigureAwait(false);
    }

    private static ClusterNode NodeOf(ServerOptions options)
    {
        var id = options.ClusterNode ?? Environment.MachineName;
        return id.Length > 0 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? new ClusterNode(id, options.ClusterAddress ?? id, options.ClusterWeight)
            : throw new InvalidSettingException($"{nameof(options.ClusterNode)} is '{id}'; a node's name is of letters, digits, - and _.");
    }

    private void Tell(string words) => LogTrouble(_logger, words);

    [LoggerMessage(ServerEventIds.ClusterJoined, LogLevel.Information, "Node {Node} takes part in the cluster {Cluster} ({Location})")]
    private static partial void LogJoined(ILogger logger, string node, string cluster, string location);

    [LoggerMessage(ServerEventIds.ClusterMoved, LogLevel.Information, "Cluster: {Words}")]
    private static partial void LogMove(ILogger logger, string words);

    [LoggerMessage(ServerEventIds.ClusterTroubled, LogLevel.Warning, "Cluster: {Words}")]
    private static partial void LogTrouble(ILogger logger, string words);
}
