using System.CommandLine;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Archive.PostgreSql.Cluster;
using OhlcvConnector.Configuration;
using OhlcvConnector.Messaging.Nats.Cluster;

namespace OhlcvConnector.Cli.Clustering;

/// <summary>The options that say which cluster is meant; what is not given is taken from the settings of a node.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> _to = new("--to")
    {
        Description = "The NATS servers, nats://user:password@host:4222. Default: CONNECTOR_WSS_CLUSTER.",
        HelpName = "address",
        Recursive = true,
    };

    private readonly Option<string?> _bucket = new("--bucket")
    {
        Description = "The cluster's bucket. Default: CONNECTOR_WSS_CLUSTER_BUCKET, else OHLCV-CLUSTER.",
        HelpName = "name",
        Recursive = true,
    };

    private readonly Option<string?> _leases = new("--leases")
    {
        Description = "The PostgreSQL database that keeps the leases. Default: CONNECTOR_WSS_CLUSTER_LEASES, else the NATS servers do.",
        HelpName = "address",
        Recursive = true,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_to);
        command.Options.Add(_bucket);
        command.Options.Add(_leases);
    }

    /// <summary>Opens the cluster.</summary>
    /// <exception cref="UsageException">Nothing says where it is.</exception>
    /// <exception cref="Domain.ClusterException">The server does not answer, or refuses.</exception>
    public async Task<OpenCluster> OpenAsync(CliTerminal terminal, ParseResult parsed, CancellationToken cancellationToken)
    {
        var server = new ServerOptions();
        EnvironmentSettings.Load(terminal.Variable, terminal.SettingsFolders).Apply(ServerSettings.Table, server, TextWriter.Null);
        var address = parsed.GetValue(_to) ?? server.Cluster ?? throw new UsageException("Which cluster? Write --to nats://127.0.0.1:4222, or set CONNECTOR_WSS_CLUSTER.");
        var shared = await NatsCluster.OpenAsync(
            BusAddress.Source("--to", address), parsed.GetValue(_bucket) ?? server.ClusterBucket, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new OpenCluster(shared, parsed.GetValue(_leases) ?? server.ClusterLeases);
    }
}

/// <summary>A cluster that a command speaks of.</summary>
internal sealed class OpenCluster(NatsCluster shared, string? leasesAddress) : IAsyncDisposable
{
    private ILeases? _leases;

    /// <summary>The charter, and the series that are wanted.</summary>
    public NatsClusterBook Book => shared.Book;

    /// <summary>Opens the leases, whoever keeps them.</summary>
    public async Task<ILeases> LeasesAsync(ClusterCharter charter, CancellationToken cancellationToken)
    {
        var duration = TimeSpan.FromSeconds(charter.LeaseSeconds);
        return _leases ??= leasesAddress is null
            ? await shared.LeasesAsync(duration, cancellationToken).ConfigureAwait(false)
            : await PostgreSqlLeases.OpenAsync(leasesAddress, charter.Cluster, duration, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="NatsCluster.ForgetAsync"/>
    public Task ForgetAsync(CancellationToken cancellationToken) => shared.ForgetAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_leases is not null)
        {
            await _leases.DisposeAsync().ConfigureAwait(false);
        }

        await shared.DisposeAsync().ConfigureAwait(false);
    }
}
