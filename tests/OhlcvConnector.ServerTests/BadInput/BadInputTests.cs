using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests.BadInput;

/// <summary>Each wrong input has its answer, the server lives on, and the documentation says so.</summary>
public class BadInputTests
{
    public static TheoryData<string> Inputs() => [.. BadInputs.All.Select(row => row.Input)];

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task It_is_answered_as_documented_and_the_server_lives_on(string input)
    {
        var row = BadInputs.All.Single(candidate => candidate.Input == input);
        await using var stage = await ServerStage.SetAsync(configure: row.Configure);

        (await row.Act(stage)).ShouldBe(row.Answer);
        (await stage.GetAsync("/health")).ShouldContain("healthy");
        await Eventually.TrueAsync(() => stage.Server.Hub.Counters.Clients == 0, "nobody is left behind");
    }

    [Fact]
    public void The_table_in_the_documentation_has_these_rows()
    {
        var documented = File.ReadAllLines(Path.Combine(Repository.Root, "docs/server-protocol.md"))
            .SkipWhile(line => line != "## Wrong input").TakeWhile(line => !line.StartsWith("## Transcripts", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1);

        documented.ShouldBe(BadInputs.All.Select(row => $"| {row.Input} | {row.Answer} |"));
    }
}
