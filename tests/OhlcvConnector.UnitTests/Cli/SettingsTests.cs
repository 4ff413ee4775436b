using OhlcvConnector.Cli;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Configuration;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

public sealed class SettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];
    private readonly StringWriter _warnings = new();

    public void Dispose()
    {
        _folder.Dispose();
        _warnings.Dispose();
    }

    public static TheoryData<string, string, Func<ConnectorOptions, object?>, object> Mapped => new()
    {
        { "CONNECTOR_INACTIVITY_TIMEOUT", "12.5", options => options.InactivityTimeout, TimeSpan.FromSeconds(12.5) },
        { "CONNECTOR_RECONNECT_DELAY", "0.25", options => options.ReconnectDelay, TimeSpan.FromSeconds(0.25) },
        { "CONNECTOR_REST_TIMEOUT", "3", options => options.RestTimeout, TimeSpan.FromSeconds(3) },
        { "CONNECTOR_WS_PING_INTERVAL", "0", options => options.PingInterval, TimeSpan.Zero },
        { "CONNECTOR_WS_PING_TIMEOUT", "7", options => options.PingTimeout, TimeSpan.FromSeconds(7) },
        { "CONNECTOR_REDUNDANCY", "2", options => options.Redundancy, 2 },
        { "CONNECTOR_MAX_SYMBOL_PER_WS", "50", options => options.MaxSeriesPerConnection, 50 },
        { "CONNECTOR_CIRCUIT_BREAKER_FAILURE_THRESHOLD", "9", options => options.CircuitBreakerFailureThreshold, 9 },
        { "CONNECTOR_CIRCUIT_BREAKER_RECOVERY_TIMEOUT", "45", options => options.CircuitBreakerRecoveryTime, TimeSpan.FromSeconds(45) },
        { "CONNECTOR_CIRCUIT_BREAKER_HALF_OPEN_CALLS", "3", options => options.CircuitBreakerHalfOpenCalls, 3 },
        { "CONNECTOR_CLOSED_QUEUE_MAXSIZE", "500", options => options.ClosedQueueCapacity, 500 },
        { "CONNECTOR_REST_POOL_MAXSIZE", "4", options => options.RestConnections, 4 },
    };

    public static TheoryData<string> MappedNames => [.. Mapped.Select(row => row.Data.Item1)];

    [Theory]
    [MemberData(nameof(Mapped))]
    public void A_variable_sets_its_option(string name, string value, Func<ConnectorOptions, object?> option, object expected)
    {
        _environment[name] = value;

        option(Applied()).ShouldBe(expected);
        _warnings.ToString().ShouldBe("");
    }

    [Theory]
    [MemberData(nameof(MappedNames))]
    public void A_wrong_value_names_the_variable_and_its_range(string name)
    {
        foreach (var wrong in new[] { "-1", "soon", "1e99", "NaN" })
        {
            _environment[name] = wrong;
            var message = Should.Throw<InvalidSettingException>(() => Applied()).Message;
            message.ShouldStartWith($"{name} is '{wrong}'; it must be a ");
            message.ShouldContain(" to ");
        }
    }

    [Theory]
    [InlineData("CONNECTOR_OPEN_QUEUE_MAXSIZE")]
    [InlineData("CONNECTOR_DEDUPLICATION_WINDOW_SECONDS")]
    [InlineData("CONNECTOR_DEDUPLICATION_MAX_ENTRIES")]
    [InlineData("CONNECTOR_REST_POOL_CONNECTIONS")]
    public void What_no_longer_makes_sense_is_ignored_with_a_warning(string name)
    {
        _environment[name] = "5";
        Applied();

        _warnings.ToString().ShouldStartWith($"warning: {name} is ignored: ");
    }

    [Fact]
    public void The_environment_wins_over_the_file()
    {
        _folder.File(".env", "# comment\n\nexport CONNECTOR_REST_TIMEOUT=3 # seconds\nCONNECTOR_CLOSED_QUEUE_MAXSIZE=\"77\"\nSOMETHING ELSE\n");
        _environment["CONNECTOR_REST_TIMEOUT"] = "4";
        var options = Applied();

        options.RestTimeout.ShouldBe(TimeSpan.FromSeconds(4));
        options.ClosedQueueCapacity.ShouldBe(77);
    }

    [Fact]
    public void The_first_folder_with_a_file_counts()
    {
        using var program = new TemporaryFolder();
        program.File(".env", "CONNECTOR_REST_TIMEOUT=9");

        Applied(_folder.Path, program.Path).RestTimeout.ShouldBe(TimeSpan.FromSeconds(9));
        _folder.File(".env", "CONNECTOR_REST_TIMEOUT=8");

        Applied(_folder.Path, program.Path).RestTimeout.ShouldBe(TimeSpan.FromSeconds(8));
    }

    [Fact]
    public void A_line_of_ours_without_a_value_is_an_error()
    {
        _folder.File(".env", "CONNECTOR_REST_TIMEOUT 9");

        Should.Throw<InvalidSettingException>(() => Applied()).Message.ShouldContain("is not NAME=VALUE");
    }

    [Fact]
    public void The_example_documents_every_variable_with_its_default()
    {
        var example = File.ReadAllLines(Path.Combine(RepositoryRoot(), ".env.example"));
        var set = example.Where(line => line.StartsWith("#CONNECTOR_", StringComparison.Ordinal) && line.Contains('=', StringComparison.Ordinal))
            .Select(line => line[1..]).ToList();
        _folder.File(".env", string.Join('\n', set));
        var (options, plain) = (Applied(), new ConnectorOptions());
        foreach (var row in Mapped)
        {
            var (name, _, option, _) = row.Data;
            set.ShouldContain(line => line.StartsWith(name + "=", StringComparison.Ordinal));
            if (option(plain) is { } value)
            {
                option(options).ShouldBe(value, name);
            }
        }

        foreach (var ignored in new[] { "OPEN_QUEUE_MAXSIZE", "DEDUPLICATION_WINDOW_SECONDS", "DEDUPLICATION_MAX_ENTRIES", "REST_POOL_CONNECTIONS" })
        {
            example.ShouldContain(line => line.StartsWith("#CONNECTOR_" + ignored, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("DEBUG", Microsoft.Extensions.Logging.LogLevel.Debug)]
    [InlineData("Info", Microsoft.Extensions.Logging.LogLevel.Information)]
    [InlineData("CRITICAL", Microsoft.Extensions.Logging.LogLevel.Critical)]
    public void Pythons_log_levels_are_known(string name, Microsoft.Extensions.Logging.LogLevel level)
    {
        _environment["CONNECTOR_LOG_LEVEL"] = name;

        LogLevels.Choose(null, Loaded().Terminal().LogLevel).ShouldBe(level);
    }

    [Fact]
    public void The_log_level_of_the_command_line_wins_and_a_wrong_one_is_named()
    {
        LogLevels.Choose("error", Microsoft.Extensions.Logging.LogLevel.Debug).ShouldBe(Microsoft.Extensions.Logging.LogLevel.Error);
        LogLevels.Choose(null, null).ShouldBe(Microsoft.Extensions.Logging.LogLevel.Warning);
        _environment["CONNECTOR_LOG_LEVEL"] = "loud";

        Should.Throw<InvalidSettingException>(() => Loaded().Terminal()).Message.ShouldStartWith("CONNECTOR_LOG_LEVEL is 'loud'; it must be trace, debug,");
        Should.Throw<UsageException>(() => LogLevels.Choose("loud", null)).Message.ShouldStartWith("--log-level is 'loud'");
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OhlcvConnector.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("This test reads the source tree and must run within it.");
        }

        return folder;
    }

    private ConnectorOptions Applied(params string[] folders)
    {
        var options = new ConnectorOptions();
        Loaded(folders).Apply(options, _warnings);
        return options;
    }

    private EnvironmentSettings Loaded(params string[] folders) =>
        EnvironmentSettings.Load(name => _environment.GetValueOrDefault(name), folders.Length == 0 ? [_folder.Path] : folders);
}
