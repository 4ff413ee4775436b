using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.IndicatorTests.Every;

/// <summary>After how many candles it no longer matters where they began.</summary>
public sealed class SettledTests
{
    private const int Earlier = 3_000;
    private const int After = 50;

    /// <summary>What counts from its beginning, and says so on its page.</summary>
    private static readonly HashSet<string> Cumulative = ["ad", "drawdown", "nvi", "obv", "pvi", "renko", "vpt"];

    [Theory]
    [InlineData("sma:3", "2026-03-04T11:57")]
    [InlineData("sma:3,sma:5", "2026-03-04T11:55")]
    [InlineData("sma:3/5m", "2026-03-04T11:45")]
    [InlineData("sma:2@sma:3", "2026-03-04T11:56")]
    [InlineData("ema:3", "2026-03-04T11:02")]
    [InlineData("vwap", "2026-03-03T23:59")]
    [InlineData("vwap:week", "2026-03-01T23:59")]
    [InlineData("pivot/1d", "2026-03-03")]
    public void A_set_begins_so_far_back_that_nothing_of_it_is_left(string specifications, string begin) =>
        DateTimeOffset.FromUnixTimeMilliseconds(
            IndicatorSet.Parse(specifications).BeginMs(Interval.OneMinute, new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()))
            .ShouldBe(DateTimeOffset.Parse(begin + "Z", CultureInfo.InvariantCulture));

    public static TheoryData<string> All() =>
        [.. Runs.Specifications().Select(row => row.Data).Where(one => !Cumulative.Contains(one.Split(':')[0]) && one != "vwap:first:2")];

    [Theory]
    [MemberData(nameof(All))]
    public void Values_after_it_are_those_of_a_long_history(string specification)
    {
        var late = IndicatorCatalog.Parse(specification);
        var settled = late.Settled;
        var bars = Bars.Walk(Earlier + settled + After, seed: 11);
        var early = Runs.Of(IndicatorCatalog.Parse(specification), bars);
        var begin = late.Session is { } session ? Array.FindIndex(bars, bar => bar.OpenMs >= session.FloorMs(bars[Earlier].OpenMs)) : Earlier;
        var rows = Runs.Of(late, bars.AsSpan(begin));

        for (var index = Earlier + settled - 1; index < bars.Length; index++)
        {
            for (var output = 0; output < early[index].Length; output++)
            {
                rows[index - begin][output].ShouldBe(early[index][output], 1e-9 * Math.Max(
                    1, Math.Abs(early[index][output])), $"{late.Kind.Outputs[output]} at {index - Earlier}, settled {settled}");
            }
        }
    }
}
