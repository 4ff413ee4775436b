using System.Net.Sockets;
using System.Text;
using OhlcvConnector.Cli;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary><c>connector-cli serve</c> and <c>connector-cli keys</c> as a user calls them.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly string _socket = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly Dictionary<string, string> _environment = [];
    private readonly StringWriter _error = new();
    private readonly MemoryStream _output = new();

    public void Dispose()
    {
        File.Delete(_keys);
        File.Delete(_socket);
        _error.Dispose();
        _output.Dispose();
    }

    [Fact]
    public async Task A_key_is_made_shown_once_listed_and_revoked()
    {
        (await RunAsync("keys", "add", "desk", "--file", _keys)).ShouldBe(0);
        var key = Output().Trim();
        key.ShouldStartWith("ohlcv_");
        (await File.ReadAllTextAsync(_keys)).ShouldNotContain(key);
        _environment["CONNECTOR_WSS_KEYS"] = _keys;
        (await RunAsync("keys", "list")).ShouldBe(0);
        var line = Output();
        line.ShouldContain("valid");
        line.ShouldContain("desk");
        (await RunAsync("keys", "revoke", line.Split(' ')[0])).ShouldBe(0);
        (await RunAsync("keys", "revoke", line.Split(' ')[0])).ShouldBe(2);
        _error.ToString().ShouldContain("There is no valid key");
        (await RunAsync("keys", "list")).ShouldBe(0);
        Output().ShouldContain("revoked");
    }

    [Fact]
    public async Task Without_a_file_of_keys_it_is_asked_for()
    {
        (await RunAsync("keys", "list")).ShouldBe(2);
        _error.ToString().ShouldContain("CONNECTOR_WSS_KEYS");
    }

    [Fact]
    public async Task Serve_ends_with_0_when_it_is_told_to_stop()
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(_socket));
        _environment["NOTIFY_SOCKET"] = _socket;
        using var stop = new CancellationTokenSource();
        var running = RunAsync(["serve", "--sandbox", "--port", "0", "--health-port", "0", "--preload", "binance:spot:1m:BTCUSDT", "--log-level", "critical"], stop.Token);
        var buffer = new byte[100];
        var told = systemd.ReceiveAsync(buffer.AsMemory()).AsTask();
        (await Task.WhenAny(told, running).WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(told, _error.ToString());
        Encoding.UTF8.GetString(buffer, 0, await told).ShouldBe("READY=1");
        await stop.CancelAsync();
        (await running.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(0, _error.ToString());
    }

    [Theory]
    [InlineData("CONNECTOR_WSS_PORT", "many")]
    [InlineData("CONNECTOR_WSS_HEALTH_CHECK_PORT", "70000")]
    [InlineData("CONNECTOR_WSS_HEALTH_CHECK_ENABLED", "perhaps")]
    [InlineData("CONNECTOR_WSS_SUBSCRIBE_TIMEOUT", "0")]
    [InlineData("CONNECTOR_WSS_LOG_LEVEL", "loud")]
    [InlineData("CONNECTOR_WSS_HOST", "nowhere.example")]
    public async Task A_wrong_setting_ends_the_start_and_is_named(string name, string value)
    {
        _environment[name] = value;
        (await RunAsync("serve", "--sandbox")).ShouldBe(2);
        _error.ToString().ShouldContain(name == "CONNECTOR_WSS_HOST" ? "Host is 'nowhere.example'" : $"{name} is '{value}'");
    }

    [Theory]
    [InlineData("203.0.113.5")]
    [InlineData("2001:db8::7")]
    public async Task An_address_that_this_machine_has_not_is_named_in_one_line(string host)
    {
        (await RunAsync("serve", "--sandbox", "--host", host, "--port", "0", "--health-port", "0", "--log-level", "critical")).ShouldBe(2);
        _error.ToString().TrimEnd().Split('\n').ShouldHaveSingleItem().ShouldStartWith($"error: Host is '{host}'; this machine has no such address.");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said()
    {
        await using var stage = await ServerStage.SetAsync();
        (await RunAsync("serve", "--sandbox", "--port", $"{stage.Server.StreamAddress.Port}", "--health-port", "0", "--log-level", "critical")).ShouldBe(1);
        _error.ToString().TrimEnd().Split('\n').ShouldHaveSingleItem().ShouldContain("address already in use");
    }

    [Fact]
    public async Task A_probe_says_by_its_code_whether_a_server_lives()
    {
        await using var stage = await ServerStage.SetAsync();
        (await RunAsync("serve", "--probe", "--health-port", $"{stage.Server.HealthAddress!.Port}")).ShouldBe(0);
        var port = stage.Server.HealthAddress.Port;
        await stage.Server.StopAsync();
        (await RunAsync("serve", "--probe", "--health-port", $"{port}")).ShouldBe(1);
        _error.ToString().ShouldContain("no server answers");
    }

    [Fact]
    public async Task Listening_to_the_world_without_keys_warns_loudly()
    {
        await using var stage = await ServerStage.SetAsync(configure: options => options.Host = "0.0.0.0");
        stage.Log.Lines.ShouldContain(line => line.Contains("WITHOUT API KEYS", StringComparison.Ordinal));
    }

    private Task<int> RunAsync(params string[] args) => RunAsync(args, CancellationToken.None);

    private Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        _output.SetLength(0);
        var terminal = new CliTerminal { Output = _output, Error = _error, Input = Stream.Null, Variable = name => _environment.GetValueOrDefault(name) };
        return CliProgram.RunAsync(args, terminal, cancellationToken);
    }

    private string Output() => Encoding.UTF8.GetString(_output.ToArray());
}
