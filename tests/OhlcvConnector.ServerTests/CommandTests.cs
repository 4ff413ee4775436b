using System.Text;
using OhlcvConnector.Cli;
using OhlcvConnector.Configuration;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary><c>connector-cli serve</c> and <c>connector-cli keys</c> as a user calls them.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly Dictionary<string, string> _environment = [];
    private readonly StringWriter _error = new();
    private readonly MemoryStream _output = new();

    public void Dispose()
    {
        File.Delete(_keys);
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
    public async Task Lists_can_be_set_by_their_names_and_are_checked()
    {
        (await RunAsync("serve", "--check", "--set", "CorsOrigins=https://example.com http://localhost:3000")).ShouldBe(0, _error.ToString());
        (await RunAsync("serve", "--check", "--set", "CorsOrigins=example.com")).ShouldBe(2);
        _error.ToString().ShouldContain("CorsOrigins has 'example.com'");
        (await RunAsync("serve", "--check", "--set", "CorsOrigin=*")).ShouldBe(2);
        _error.ToString().ShouldContain("did you mean CorsOrigins?");
    }

    [Theory]
    [InlineData("--prot 1", "There is no option '--prot'. Did you mean '--port'?")]
    [InlineData("--port x", "--port is 'x'; it must be a whole number from 0 to 65535.")]
    [InlineData("--log-format xml", "--log-format is 'xml'; it must be text or json.")]
    [InlineData("serve", "'serve' is no option, and nothing else is expected here. --help says what there is.")]
    [InlineData("--nonsense", "There is no option '--nonsense'.")]
    public void Mistakes_in_the_command_line_of_the_server_are_said_as_the_terminals(string line, string words)
    {
        var root = new System.CommandLine.RootCommand();
        new ServeOptions().AddTo(root);

        CommandMistakes.Of(root.Parse(line), []).ShouldBe([words]);
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
    [InlineData("", "All settings are right.", 0)]
    [InlineData("--set RestTimeout=5 --set MaxClients=7 --proxy socks5://10.0.0.1:1 --endpoint binance/usdm.rest=http://127.0.0.1:9", "All settings are right.", 0)]
    [InlineData("--set RestTimout=5", "there is no setting 'RestTimout'; did you mean RestTimeout?", 2)]
    [InlineData("--set RestTimeout=soon", "--set RestTimeout is 'soon'; it must be a number of seconds from 0.1 to 600.", 2)]
    [InlineData("--set Memory=50", "warning: --set Memory: it is called CandlesKept now.", 0)]
    [InlineData("--set PingTimeout=5", "write Server:PingTimeout or Connector:PingTimeout", 2)]
    [InlineData("--endpoint binanse=http://127.0.0.1:9", "Endpoints has 'binanse', which is no exchange and no market of one; did you mean binance?", 2)]
    [InlineData("--endpoint binance", "--endpoint is 'binance'; write EXCHANGE=URL", 2)]
    [InlineData("--preload binance:spot", "--preload is 'binance:spot'", 2)]
    [InlineData("--upstream ws://a:8765,wss://b --set UpstreamRest=http://a:9,https://b", "All settings are right.", 0)]
    [InlineData("--upstream a:8765", "Upstream is 'a:8765'; it must be an address such as ws://127.0.0.1:8765", 2)]
    [InlineData("--upstream ws://a:8765 --set UpstreamRest=http://a,http://b", "RestServers has 2 addresses, and Servers 1", 2)]
    [InlineData("--upstream ws://a:8765 --testnet", "Upstream is set, and so is the sandbox or the test network", 2)]
    [InlineData("--set UpstreamKey=secret", "UpstreamKey is set, but Upstream is not.", 2)]
    [InlineData("--keys /nowhere/keys.jsonl", "there is no such file", 2)]
    [InlineData("--proxy nowhere", "--proxy is 'nowhere'; it must be a whole address", 2)]
    public async Task A_check_says_what_is_wrong_and_connects_nothing(string options, string words, int code)
    {
        (await RunAsync(["serve", "--check", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).ShouldBe(code);
        _error.ToString().ShouldContain(words);
    }

    [Theory]
    [InlineData("CONNECTOR_REST_TIMOUT", "5", "There is no setting CONNECTOR_REST_TIMOUT; did you mean CONNECTOR_REST_TIMEOUT?")]
    [InlineData("CONNECTOR_WSS_MAX_CLIENT", "5", "did you mean CONNECTOR_WSS_MAX_CLIENTS?")]
    [InlineData("CONNECTOR_REST_ATTEMPTS", "0", "CONNECTOR_REST_ATTEMPTS is '0'; it must be a whole number from 1 to 20.")]
    [InlineData("CONNECTOR_ENDPOINTS", "binance=http://127.0.0.1:9 okx/usd.rest=http://127.0.0.1:9", "Endpoints has 'okx/usd'")]
    [InlineData("CONNECTOR_WSS_MAX_CLIENTS", "0", "CONNECTOR_WSS_MAX_CLIENTS is '0'; it must be a whole number from 1 to 1000000.")]
    public async Task A_variable_that_is_wrong_ends_the_start(string name, string value, string words)
    {
        _environment[name] = value;

        (await RunAsync("serve", "--check")).ShouldBe(2);
        _error.ToString().ShouldContain(words);
    }

    [Fact]
    public async Task The_upstream_may_be_on_the_command_line_and_its_key_in_the_environment()
    {
        (_environment["CONNECTOR_WSS_UPSTREAM_KEY"], _environment["CONNECTOR_WSS_UPSTREAM_REST"]) = ("secret", "http://127.0.0.1:1");

        (await RunAsync("serve", "--check", "--upstream", "ws://127.0.0.1:1")).ShouldBe(0, _error.ToString());
    }

    [Theory]
    [InlineData("CONNECTOR_WSS_MEMORY", "50", "warning: CONNECTOR_WSS_MEMORY is called CONNECTOR_WSS_CANDLES_KEPT now.", 0)]
    [InlineData("CONNECTOR_WSS_GRACE", "5", "warning: CONNECTOR_WSS_GRACE is called CONNECTOR_WSS_UNSUBSCRIBE_DELAY now.", 0)]
    [InlineData("CONNECTOR_WSS_GRACE", "-5", "CONNECTOR_WSS_GRACE is '-5'; it must be a number of seconds from 0 to 86400.", 2)]
    public async Task A_former_variable_is_read_with_a_warning_that_says_the_present_one(string name, string value, string words, int code)
    {
        _environment[name] = value;

        (await RunAsync("serve", "--check")).ShouldBe(code);

        _error.ToString().ShouldContain(words);
    }

    [Fact]
    public void The_present_name_wins_over_the_former()
    {
        var options = new ServerOptions();
        var variables = new Dictionary<string, string> { ["CONNECTOR_WSS_MEMORY"] = "50", ["CONNECTOR_WSS_CANDLES_KEPT"] = "60" };

        EnvironmentSettings.Load(variables.GetValueOrDefault, []).Apply(ServerSettings.Table, options, TextWriter.Null);

        options.CandlesKept.ShouldBe(60);
    }

    [Fact]
    public async Task What_kubernetes_sets_for_services_is_no_setting()
    {
        (_environment["CONNECTOR_WSS_PORT"], _environment["CONNECTOR_WSS_SERVICE_HOST"], _environment["CONNECTOR_WSS_PORT_8765_TCP_ADDR"]) =
            ("tcp://10.0.0.1:8765", "10.0.0.1", "10.0.0.1");

        (await RunAsync("serve", "--check")).ShouldBe(0, _error.ToString());
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
        var terminal = new CliTerminal
        {
            Output = _output,
            Error = _error,
            Input = Stream.Null,
            Variable = name => _environment.GetValueOrDefault(name),
            VariableNames = [.. _environment.Keys],
        };
        return CliProgram.RunAsync(args, terminal, cancellationToken);
    }

    private string Output() => Encoding.UTF8.GetString(_output.ToArray());
}
