using System.Text.Json;
using System.Text.RegularExpressions;
using NATS.Client.Core;
using NATS.Client.JetStream;
using OhlcvConnector.Configuration;
using OhlcvConnector.Messaging.Nats;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ClusterTests;

/// <summary>
/// What deploy/cluster describes is run as it stands there: NATS servers, nodes and fan-out servers with its settings, of which only addresses are others.
/// </summary>
public sealed class DeployedClusterTests
{
    private static readonly Dictionary<string, string> InPlaceOfKubernetes = new() // what it fills in, and addresses and files of this machine
    {
        ["metadata.name"] = "connector-node-0",
        ["spec.nodeName"] = "this-machine",
        ["0.0.0.0"] = "127.0.0.1",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_variable_in_deploy_is_a_setting_of_the_server()
    {
        var files = Directory.EnumerateFiles(Deployed.Folder, "*", SearchOption.AllDirectories);
        var names = files.SelectMany(file => Regex.Matches(File.ReadAllText(file), "CONNECTOR_[A-Z_]+").Select(match => match.Value)).Distinct().ToList();
        names.Count.ShouldBeGreaterThan(5);
        names.ShouldBeSubsetOf(EnvironmentSettings.ServerNames);
    }

    [Fact]
    public void Ports_are_those_that_the_programs_listen_to()
    {
        var options = new ServerOptions();
        foreach (var name in new[] { "connector-node", "connector-fanout" })
        {
            Deployed.Port(Deployed.Manifest(name), "health").ShouldBe(options.HealthPort);
            Deployed.Probes(name).Select(probe => (probe.Probe, probe.Path, probe.Port)).ShouldBe(
                [("liveness", "/health", options.HealthPort), ("readiness", "/ready", options.HealthPort)]);
        }

        Deployed.Port(Deployed.Manifest("connector-fanout"), "stream").ShouldBe(options.Port);
        Regex.Matches(Deployed.Compose, @"127\.0\.0\.1:\d+:(876\d)").Select(match => match.Groups[1].Value).Distinct()
            .ShouldBe([$"{options.Port}", $"{options.HealthPort}"]);
        var ofKubernetes = Regex.Match(Deployed.Kubernetes, @"  nats\.conf: \|\n((?:    .*\n)+)").Groups[1].Value;
        Regex.Replace(ofKubernetes, "^    ", "", RegexOptions.Multiline).Trim().ShouldBe(
            Regex.Replace(Deployed.NatsSettings, @"^#.*\n", "").Replace("nats-1:", "nats-0.nats:", StringComparison.Ordinal)
                .Replace("nats-2:", "nats-1.nats:", StringComparison.Ordinal).Replace("nats-3:", "nats-2.nats:", StringComparison.Ordinal).Trim(),
            "the same settings of NATS in both");
    }

    [Fact]
    public async Task The_compose_file_carries_what_its_command_adds_on_three_replicas_and_goes_on_when_a_server_of_NATS_dies()
    {
        using var nats = await NatsTrio.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 12, Speed = 60 }, Token);
        using var http = new HttpClient();
        var simulated = $"--sandbox={sandbox.BaseAddress}";
        var services = Deployed.ComposeServices();
        services.Keys.ShouldBe(["node-1", "node-2", "node-3", "series", "fanout-1", "fanout-2"]);
        var running = new Dictionary<string, ProgramProcess>();
        try
        {
            foreach (var (name, environment) in services.Where(service => service.Key.StartsWith("node-", StringComparison.Ordinal)))
            {
                running[name] = Start(environment, simulated);
            }

            await Eventually.TrueAsync(() => running.Values.All(node => node.Log.Contains("takes part in the cluster", StringComparison.Ordinal)), Logs);
            using (var series = new ProgramProcess(
                "connector-cli.dll", Altered(services["series"]), [.. Deployed.ComposeCommand("series"), simulated]))
            {
                (await series.EndAsync(Token)).ShouldBe(0, series.Log);
                series.Log.ShouldContain("series added");
            }

            await using var connection = new NatsConnection(new NatsOpts { Url = nats.Hosts("nats://nats-1:4222,nats://nats-2:4222,nats://nats-3:4222") });
            var context = new NatsJSContext(connection);
            var before = await MessagesAsync(context, after: 100);
            var stream = (await context.GetStreamAsync("OHLCV", cancellationToken: Token)).Info;
            stream.Config.NumReplicas.ShouldBe(3);
            stream.Cluster!.Replicas!.Count.ShouldBe(2, "besides the leader");
            foreach (var name in new[] { "fanout-1", "fanout-2" })
            {
                running[name] = Start(services[name]); // the bus says that all of it is simulated
            }

            await AskAsync();
            nats.Kill(int.Parse(stream.Cluster.Leader!["nats-".Length..], System.Globalization.CultureInfo.InvariantCulture) - 1); // the worst one
            var after = await MessagesAsync(context, after: before + 100);
            after.ShouldBeGreaterThan(before);
            await AskAsync();
            await EachOnceAsync(context);

            ProgramProcess Start(Dictionary<string, string> environment, params string[] more) => new(
                "connector-wss.dll", Altered(environment), ["--port", "0", "--health-port", "0", .. more]);

            Dictionary<string, string> Altered(Dictionary<string, string> environment) =>
                environment.ToDictionary(one => one.Key, one => nats.Hosts(one.Value));

            async Task AskAsync()
            {
                foreach (var (name, process) in running)
                {
                    var health = await process.HealthAsync();
                    foreach (var (_, path, _) in Deployed.Probes(name.StartsWith("node", StringComparison.Ordinal) ? "connector-node" : "connector-fanout"))
                    {
                        await Eventually.TrueAsync(() => NatsTrio.Answers(http, new Uri(health, path)), () => $"{name} answers {path} with 200\n{process.Log}");
                    }
                }
            }
        }
        finally
        {
            foreach (var one in running.Values)
            {
                one.Dispose();
            }
        }

        string Logs() => string.Join('\n', running.Values.Select(one => one.Log));
    }

    [Theory]
    [InlineData("connector-node")]
    [InlineData("connector-fanout")]
    public async Task The_environment_of_the_manifests_makes_a_program_that_answers_its_probes(string name)
    {
        using var nats = await NatsTrio.StartAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 2 }, Token);
        using var http = new HttpClient();
        foreach (var (_, path, _) in Deployed.Probes("nats"))
        {
            NatsTrio.Answers(http, new Uri(nats.Monitors[0], path)).ShouldBeTrue(path);
        }

        var keys = Path.GetTempFileName(); // in place of the secret, with a key as 'connector-wss keys' would write it
        await File.WriteAllTextAsync(keys, "", Token);
        var environment = Deployed.KubernetesEnvironment(name);
        environment.Count.ShouldBe(name == "connector-node" ? 4 : 3);
        foreach (var (variable, value) in environment)
        {
            environment[variable] = nats.Hosts(InPlaceOfKubernetes.GetValueOrDefault(value, value)
                .Replace("nats://nats:", "nats://nats-1:", StringComparison.Ordinal).Replace("/etc/connector/keys.jsonl", keys, StringComparison.Ordinal));
        }

        await using (var sink = new NatsQuoteSink(new NatsBusOptions { Address = nats.Hosts("nats://nats-1:4222"), IsSandbox = true }))
        {
            await sink.AppendAsync(Candles.Closed(Candles.Minutes(), 0), Token); // a fan-out server needs a stream to read from
        }

        string[] simulated = name == "connector-node" ? [$"--sandbox={sandbox.BaseAddress}"] : [];
        using var program = new ProgramProcess("connector-wss.dll", environment, ["--port", "0", "--health-port", "0", .. simulated]);
        var health = await program.HealthAsync();
        foreach (var (_, path, _) in Deployed.Probes(name))
        {
            await Eventually.TrueAsync(() => NatsTrio.Answers(http, new Uri(health, path)), () => $"{path} of {name}\n{program.Log}");
        }

        File.Delete(keys);
    }

    private static async Task<long> MessagesAsync(NatsJSContext context, long after)
    {
        var count = 0L;
        await ClusterStage.UntilAsync(
            async () =>
            {
                try
                {
                    count = (await context.GetStreamAsync("OHLCV", cancellationToken: Token)).Info.State.Messages;
                }
                catch (Exception exception) when (exception is NatsException or OperationCanceledException)
                {
                    Token.ThrowIfCancellationRequested(); // no stream yet, or no leader for a moment
                }

                return count > after;
            },
            $"more than {after} candles are on the stream");
        return count;
    }

    private static async Task EachOnceAsync(NatsJSContext context)
    {
        var consumer = await context.CreateOrderedConsumerAsync("OHLCV", cancellationToken: Token);
        var times = new Dictionary<string, List<DateTimeOffset>>();
        await foreach (var message in consumer.FetchNoWaitAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = 50_000 }, cancellationToken: Token))
        {
            message.Headers!["Ohlcv-Kind"].ToString().ShouldBe("candle");
            using var json = JsonDocument.Parse(message.Data!);
            times.TryAdd(message.Subject, []);
            times[message.Subject].Add(json.RootElement.GetProperty("open_time").GetDateTimeOffset());
            if (message.Metadata!.Value.NumPending == 0)
            {
                break;
            }
        }

        times.Count.ShouldBeGreaterThan(10);
        foreach (var (subject, series) in times)
        {
            series.Zip(series.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First == TimeSpan.FromMinutes(1), subject);
        }
    }
}
