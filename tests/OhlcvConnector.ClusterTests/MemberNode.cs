using System.Collections.Concurrent;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.Application.Publishing;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Messaging.Nats;

namespace OhlcvConnector.ClusterTests;

/// <summary>A node in this process, with a connector and a sink of its own.</summary>
internal sealed class MemberNode : IAsyncDisposable
{
    private readonly Connector _connector;
    private readonly NatsQuoteSink _sink;
    private readonly PublishQuotes _publishing;
    private readonly CancellationTokenSource _endMember = new();
    private readonly CancellationTokenSource _endPublishing = new();
    private readonly Task _running;
    private readonly Task _published;

    private MemberNode(
        ClusterNode node, ILeases leases, Func<CancellationToken, Task<IReadOnlyList<ClusterSeries>>> wanted, NatsBusOptions bus, Uri sandbox,
        TimeProvider clock, int redundancy, TimeProvider own)
    {
        _connector = Connector.Create(options => (options.Sandbox, options.MarketClock, options.TimeProvider) = (sandbox, clock, own));
        _sink = new NatsQuoteSink(bus);
        _publishing = new PublishQuotes(_connector.Feeds, _sink, own) { OnTrouble = Said.Enqueue };
        Member = new ClusterMember(
            leases, wanted, _publishing, _connector.Instruments,
            new ClusterMemberOptions { Node = node, Budgets = VenueBudgets.Of(new ConnectorOptions()), Redundancy = redundancy }, own)
        { OnTrouble = Said.Enqueue };
        _published = _publishing.RunAsync([], cancellationToken: _endPublishing.Token);
        _running = Member.RunAsync(_endMember.Token);
    }

    /// <summary>The node.</summary>
    public ClusterMember Member { get; }

    /// <summary>What it published.</summary>
    public PublishingCounts Published => _publishing.Counts;

    /// <summary>What it said went wrong.</summary>
    public ConcurrentQueue<string> Said { get; } = new();

    /// <summary>Starts one.</summary>
    public static MemberNode Start(
        ClusterNode node, ILeases leases, Func<CancellationToken, Task<IReadOnlyList<ClusterSeries>>> wanted, NatsBusOptions bus, Uri sandbox,
        TimeProvider clock, int redundancy = 1, TimeProvider? own = null) => new(
        node, leases, wanted, bus, sandbox, clock, redundancy, own ?? TimeProvider.System);

    /// <summary>Ends it as SIGTERM does: it gives back what it has.</summary>
    public async Task LeaveAsync()
    {
        await _endMember.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        await _endPublishing.CancelAsync();
        await _published.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _sink.DisposeAsync();
        await _connector.DisposeAsync();
        _endMember.Dispose();
        _endPublishing.Dispose();
    }
}
