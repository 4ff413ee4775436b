using Shouldly;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>
/// Short runs against venues that were written from the exchanges' documentation alone; the long one is <c>judge</c> of the conformance program.
/// </summary>
public sealed class JudgeTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("binance-spot")]
    [InlineData("binance-coinm")]
    [InlineData("okx")]
    [InlineData("bybit")]
    [InlineData("gateio")]
    [InlineData("hyperliquid")]
    public Task A_market_that_is_well_is_read_without_a_fault(string market) =>
        JudgeAsync(new JudgePlan(2026, TimeSpan.FromSeconds(12), 30, [market], null, []));

    [Fact]
    public Task Markets_where_connections_messages_and_closes_go_wrong_all_the_time_are_read_without_a_fault() =>
        JudgeAsync(new JudgePlan(2026, TimeSpan.FromSeconds(24), 30, ["binance-spot"], TimeSpan.FromSeconds(25),
            [.. Enum.GetValues<FaultKind>().Where(kind => kind < FaultKind.RestEmpty)]));

    private async Task JudgeAsync(JudgePlan plan)
    {
        var report = await new JudgeRun(plan).RunAsync();

        output.WriteLine(report.Table());
        output.WriteLine(report.Findings(20));

        report.IsClean.ShouldBeTrue(report.Findings(3));
        report.Verdicts.ShouldAllBe(verdict => verdict.Closed > 300);
    }
}
