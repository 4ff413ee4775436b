using Shouldly;

namespace OhlcvConnector.ClusterTests;

/// <summary>
/// Nodes of another build of this program are replaced one by one while series close every second, and brought back again. OTHER_NODE names that build's
/// <c>connector-wss.dll</c>; without it there is nothing to compare, and the test is skipped.
/// </summary>
public sealed class UpgradeTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_are_replaced_by_those_of_another_build_and_back_while_every_close_comes_once_and_in_order()
    {
        var other = Environment.GetEnvironmentVariable("OTHER_NODE");
        Assert.SkipWhen(string.IsNullOrEmpty(other), "OTHER_NODE names no connector-wss.dll of another build.");
        File.Exists(other).ShouldBeTrue($"OTHER_NODE is {other}");
        var own = NodeProcess.OwnProgram;
        await using var stage = await ClusterStage.SetAsync();
        try
        {
            foreach (var node in stage.Nodes)
            {
                node.Program = other;
                node.Start();
            }

            foreach (var program in new[] { own, other })
            {
                foreach (var node in stage.Nodes)
                {
                    await GoOnAsync(stage);
                    await node.EndAsync(Token);
                    await GoOnAsync(stage, settled: false);
                    node.Program = program;
                    node.Start();
                }
            }

            await GoOnAsync(stage);
            var stream = await stage.EndAsync();
            Report(stream);
            var warnings = stage.Nodes.SelectMany(node => node.Log).Where(Says(" WRN ")).Where(line => !Says("SANDBOX:")(line)).ToList();
            output.WriteLine($"{warnings.Count} warnings {string.Join('\n', warnings.Take(10))}");
            stage.Nodes.SelectMany(node => node.Log).Where(Says(" ERR ", " FTL ")).ShouldBeEmpty();
        }
        catch
        {
            output.WriteLine(stage.Logs());
            throw;
        }
    }

    private void Report(ILookup<string, OnStream> stream)
    {
        var pauses = stream.SelectMany(series => series.Zip(series.Skip(1), (one, next) => next.StoredAt - one.StoredAt)).Order().ToList();
        output.WriteLine(FormattableString.Invariant($"6 nodes replaced, {stream.Sum(series => series.Count())} closes of {stream.Count} series, each once and in order; from one close of a series to its next p99 {pauses[(int)(pauses.Count * 0.99)].TotalSeconds:0.00} s, longest {pauses[^1].TotalSeconds:0.00} s"));
    }

    private static Func<string, bool> Says(params string[] words) => line => words.Any(word => line.Contains(word, StringComparison.Ordinal));

    private static async Task GoOnAsync(ClusterStage stage, bool settled = true)
    {
        if (settled)
        {
            await stage.SettledAsync();
        }
        else
        {
            await ClusterStage.UntilAsync(async () => (await stage.SeriesOfAsync()).Count == ClusterStage.SeriesCount, "others have all");
        }

        await stage.GoOnAsync(await stage.SeriesOfAsync(), DateTimeOffset.UtcNow, "all series come");
    }
}
