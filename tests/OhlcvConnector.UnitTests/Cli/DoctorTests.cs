using System.Text.RegularExpressions;
using OhlcvConnector.Configuration;
using OhlcvConnector.Infrastructure.Checks;
using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

public sealed class DoctorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Where_all_is_well_every_address_and_every_clock_is_named()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        var result = await CommandLine.RunAsync("doctor", $"--sandbox={sandbox.BaseAddress}");

        result.Code.ShouldBe(0, result.Output);
        result.Lines.Last().ShouldBe("All is well.");
        foreach (var address in sandbox.Venues)
        {
            result.Output.ShouldContain($"stream {address.Stream.AbsoluteUri}:");
        }

        result.Lines.Count(line => Regex.IsMatch(line, "^ok    [a-z]+ clock: agrees")).ShouldBe(6);
    }

    [Fact]
    public async Task A_wrong_clock_is_a_warning_with_its_size_and_a_remedy()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { StartTime = DateTimeOffset.UtcNow.AddMinutes(-2) });
        using var check = new ConnectivityCheck(new ConnectorOptions { Sandbox = sandbox.BaseAddress });

        var found = await check.RunAsync(["okx"]).FirstAsync();

        found[1].Result.ShouldMatch("this machine's is ahead by 1[12][0-9] s or more");
        found[1].Remedy!.ShouldContain("time synchronisation");
    }

    [Fact]
    public async Task What_cannot_be_reached_fails_with_a_remedy()
    {
        var result = await CommandLine.RunAsync("doctor", "bybit", "--proxy", "http://127.0.0.1:1");

        result.Code.ShouldBe(1);
        result.Lines.Count(line => line.StartsWith("FAIL  bybit ", StringComparison.Ordinal)).ShouldBe(6, "three streams and REST for each");
        result.Output.ShouldContain("whether a proxy is needed");
    }

    [Fact]
    public async Task Settings_are_examined_first()
    {
        var wrong = await new CommandLine { Environment = { ["CONNECTOR_REST_TIMEOUT"] = "soon" } }.RunAsync(["doctor"]);

        wrong.Code.ShouldBe(1);
        wrong.Lines[0].ShouldBe("FAIL  settings: CONNECTOR_REST_TIMEOUT is 'soon'; it must be a number of seconds from 0.1 to 600.");

        await using var sandbox = await SandboxServer.StartAsync();
        await File.WriteAllTextAsync(_folder.File(".env"), "CONNECTOR_REST_TIMOUT=5\nCONNECTOR_OPEN_QUEUE_MAXSIZE=3\nCONNECTOR_WHATEVER=1\n");
        var odd = await new CommandLine { SettingsFolders = [_folder.Path] }.RunAsync(["doctor", "okx", $"--sandbox={sandbox.BaseAddress}"]);

        odd.Code.ShouldBe(0);
        odd.Output.ShouldContain("CONNECTOR_REST_TIMOUT has no meaning\n      Did you mean CONNECTOR_REST_TIMEOUT?");
        odd.Output.ShouldContain("CONNECTOR_WHATEVER has no meaning\n      docs/configuration.md");
        odd.Output.ShouldContain("CONNECTOR_OPEN_QUEUE_MAXSIZE is ignored");
        odd.Lines.Last().ShouldStartWith("It works;");
    }

    [Fact]
    public void The_example_file_lists_every_setting_that_there_is()
    {
        var listed = Regex.Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "env.example")), "CONNECTOR_[A-Z_]+").Select(match => match.Value)
            .Distinct();

        listed.ShouldBe(EnvironmentSettings.ServerNames.Except(ServerSettings.Table.All.Select(setting => setting.FormerVariable!)), ignoreOrder: true);
    }
}
