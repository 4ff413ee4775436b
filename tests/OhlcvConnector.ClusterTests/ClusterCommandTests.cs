using System.Text.Json;
using OhlcvConnector.Application.Cluster;
using OhlcvConnector.BusTests;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Messaging.Nats.Cluster;
using OhlcvConnector.Testing;
using OhlcvConnector.UnitTests.Cli;
using Shouldly;

namespace OhlcvConnector.ClusterTests;

/// <summary><c>connector-cli cluster</c> on a real NATS server, with nodes and without.</summary>
public sealed class ClusterCommandTests : IAsyncLifetime
{
    private NatsServer? _server;
    private SandboxServer? _sandbox;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsServer.StartAsync();
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 6 }, Token);
    }

    [Fact]
    public async Task Series_are_added_listed_and_removed_and_what_the_exchange_does_not_have_is_refused()
    {
        (await RunAsync("cluster", "add", "binance:BTCUSDT,ETHUSDT", "okx:BTC-USDT", "--interval", "1m,1h", Sandbox)).Error.ShouldContain("6 series added, 0 were there.");
        (await RunAsync("cluster", "add", "binance:BTCUSDT", Sandbox)).Error.ShouldContain("0 series added, 1 were there.");
        var refused = await RunAsync("cluster", "add", "binance:NOSUCHUSDT", Sandbox);
        refused.Code.ShouldNotBe(0);
        refused.Error.ShouldContain("NOSUCHUSDT");

        var listed = await RunAsync("cluster", "list", "--output", "json");
        var rows = listed.Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => $"{row.GetProperty("exchange")} {row.GetProperty("market")} {row.GetProperty("symbol")} {row.GetProperty("interval")}").ToList();
        rows.Count.ShouldBe(6);
        rows.ShouldContain("okx spot BTC-USDT 1h");
        (await RunAsync("cluster", "list")).Lines.Length.ShouldBe(6);

        (await RunAsync("cluster", "remove", "binance:*", "--interval", "1h")).Error.ShouldContain("2 series removed, 4 stay.");
        (await RunAsync("cluster", "remove", "binance:*", "--interval", "1h")).Code.ShouldBe(1, "there was none of them");
    }

    [Fact]
    public async Task A_status_is_printed_once_or_renewed_for_people_and_for_programs_and_says_by_its_exit_code_whether_all_is_carried()
    {
        await RunAsync("cluster", "add", "binance:BTCUSDT,ETHUSDT", Sandbox);
        var waiting = await RunAsync("cluster", "status");
        waiting.Output.ShouldStartWith("No node ever joined; 2 series wait");
        waiting.Code.ShouldBe(3);

        await using var cluster = await NatsCluster.OpenAsync(new NatsBusOptions { Address = _server!.Address }, cancellationToken: Token);
        await cluster.Book.JoinAsync(new ClusterCharter { Cluster = "ohlcv", Simulated = true }, Token);
        await using var leases = await cluster.LeasesAsync(TimeSpan.FromSeconds(6), Token);
        await using var node = MemberNode.Start(
            new ClusterNode("one", "here"), leases, cluster.Book.SeriesAsync, new NatsBusOptions { Address = _server.Address, IsSandbox = true },
            _sandbox!.BaseAddress, _sandbox.Clock);
        await Eventually.TrueAsync(() => node.Member.Counts.CarriedSeries == 2, "it carries them");

        var text = await RunAsync("cluster", "status");
        text.Code.ShouldBe(0);
        text.Lines[0].ShouldStartWith("SANDBOX: ohlcv: 1 nodes, 2 series in ");
        text.Output.ShouldNotContain(NatsServer.Password);
        var json = JsonDocument.Parse((await RunAsync("cluster", "status", "--output", "json")).Lines.ShouldHaveSingleItem()).RootElement;
        (json.GetProperty("sandbox").GetBoolean(), json.GetProperty("whole").GetBoolean(), json.GetProperty("series").GetInt32()).ShouldBe((true, true, 2));
        json.GetProperty("nodes")[0].GetProperty("address").GetString().ShouldBe("here");
        json.GetProperty("shards").EnumerateArray().ShouldAllBe(shard => shard.GetProperty("nodes")[0].GetString() == "one");
        (await RunAsync("cluster", "forget")).Error.ShouldContain("These nodes live: one. End them first.");

        using var stop = new CancellationTokenSource();
        using var output = new Lines();
        var clock = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var watching = new CommandLine { Clock = clock }.RunAsync([.. To("cluster", "status", "--watch", "--output", "json")], output, stop.Token);
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return output.Count >= 3;
            },
            "it is printed anew");

        await stop.CancelAsync();
        await watching;
    }

    public async ValueTask DisposeAsync()
    {
        await _sandbox!.DisposeAsync();
        _server!.Dispose();
    }

    private string Sandbox => $"--sandbox={_sandbox!.BaseAddress}";

    private string[] To(params string[] words) => [.. words, "--to", _server!.Address];

    private Task<CommandLine.Result> RunAsync(params string[] words) => CommandLine.RunAsync(To(words));

    /// <summary>Counts the lines that are written.</summary>
    private sealed class Lines : MemoryStream
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override void Write(ReadOnlySpan<byte> buffer) => Interlocked.Add(ref _count, buffer.Count((byte)'\n'));

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
