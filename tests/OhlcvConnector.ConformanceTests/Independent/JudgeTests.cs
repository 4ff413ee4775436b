using Shouldly;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>Short runs against venues that were written from the exchanges' documentation alone; the long one is <c>judge</c> of the conformance program.</summary>
public sealed class JudgeTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("binance-spot")]
    [InlineData("okx")]
    public Task A_market_that_is_well_is_read_without_a_fault(string market) => JudgeAsync(new JudgePlan(2026, TimeSpan.FromSeconds(12), 30, [market], null, []));

    private async Task JudgeAsync(JudgePlan plan)
    {
        var report = await new JudgeRun(plan).RunAsync();

        output.WriteLine(report.Table());
        output.WriteLine(report.Findings(20));
        report.IsClean.ShouldBeTrue(report.Findings(3));
        report.Verdicts.ShouldAllBe(verdict => verdict.Closed > 300);
    }
}
