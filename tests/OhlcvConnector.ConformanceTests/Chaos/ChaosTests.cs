using Shouldly;

namespace OhlcvConnector.ConformanceTests.Chaos;

/// <summary>A short chaos in the usual run; the long one is <c>dotnet run --project tests/OhlcvConnector.ConformanceTests -- chaos</c>.</summary>
public class ChaosTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Random_faults_on_five_venues_lose_double_and_disorder_nothing()
    {
        var run = new ChaosRun(seed: 20261121, TimeSpan.FromSeconds(20), speed: 120, symbols: 4, meanGap: TimeSpan.FromSeconds(15));

        var report = await run.RunAsync(output.WriteLine);

        output.WriteLine(report.Table());

        report.Findings.AreNone.ShouldBeTrue(report.Table() + string.Join('\n', run.Log.Lines.TakeLast(100)));
        report.Series.ShouldBe(20);
        report.Lines.Sum(line => line.Injected).ShouldBeGreaterThan(80);
    }
}
