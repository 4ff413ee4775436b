using OhlcvConnector.Indicators;
using OhlcvConnector.IndicatorTests.Truths;
using Shouldly;

namespace OhlcvConnector.IndicatorTests;

/// <summary>Levels beside Skender's, whose rows are those of the turning candle: ours are those of the candle that confirms.</summary>
public class LevelsTests
{
    private static readonly Table Quotes = Table.Csv("skender/quotes/default.csv");
    private static readonly Bar[] Market = Quotes.Bars();

    [Theory]
    [InlineData("fractal:2", "fractal", "fractalBear", "fractalBull")]
    [InlineData("swing:2:2", "pivots", "highPoint", "lowPoint")]
    public void Highs_and_lows_are_Skender_s_two_candles_later(string specification, string file, string highs, string lows)
    {
        var table = Table.Json($"skender/results/{file}.standard.json");
        var (high, low) = (table.Column(highs), table.Column(lows));
        var rows = Every.Runs.Of(IndicatorCatalog.Parse(specification), Market);
        var found = 0;
        for (var index = 4; index < rows.Length; index++)
        {
            var (isHigh, isLow) = (!double.IsNaN(high[index - 2]), !double.IsNaN(low[index - 2]));
            rows[index][0].ShouldBe(isHigh && isLow ? 2 : isHigh ? 1 : isLow ? -1 : 0, $"row {index}");
            rows[index][1].ShouldBe(isHigh ? high[index - 2] : rows[index][1]);
            rows[index][2].ShouldBe(isLow ? low[index - 2] : rows[index][2]);
            found += isHigh || isLow ? 1 : 0;
        }

        found.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Trends_of_highs_and_lows_are_Skender_s_where_they_are_near()
    {
        var table = Table.Json("skender/results/pivots.standard.json");
        var rows = Every.Runs.Of(new SwingPoints(2, 2), Market);
        var compared = Compare("highPoint", "highTrend", 3, 0) + Compare("lowPoint", "lowTrend", 4, 2);

        compared.ShouldBeGreaterThan(80);

        int Compare(string points, string trends, int output, int up)
        {
            var (point, trend, last, count) = (table.Column(points), table.Column(trends), -1, 0);
            for (var index = 0; index < point.Length - 2; index++)
            {
                if (double.IsNaN(point[index]))
                {
                    continue;
                }

                if (last >= 0 && index - last <= 20 && point[index] != point[last])
                {
                    rows[index + 2][output].ShouldBe(trend[index] == up ? 1 : -1, $"{points} at {index}");
                    count++;
                }

                last = index;
            }

            return count;
        }
    }

    [Fact]
    public void Turns_of_the_zigzag_are_Skender_s()
    {
        var lines = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Truth/skender/results/zigzag-close.standard.json"));
        using var document = System.Text.Json.JsonDocument.Parse(lines);
        var expected = document.RootElement.EnumerateArray().Where(row => row.GetProperty("pointType").ValueKind == System.Text.Json.JsonValueKind.String)
            .Select(row => (row.GetProperty("pointType").GetString() == "H" ? -1.0 : 1.0, row.GetProperty("zigZag").GetDouble())).ToArray();
        var rows = Every.Runs.Of(new ZigZag(5), Market);
        var turns = rows.Where(row => row[3] != 0).Select(row => (row[3], row[1])).Skip(1).ToArray(); // they do not mark the first low

        turns.ShouldBe(expected[..turns.Length]);
        turns.Length.ShouldBeGreaterThanOrEqualTo(expected.Length - 1);
        new ZigZag().Kind.Repaints.ShouldBeTrue();
    }

    [Fact]
    public void Pivot_points_of_months_are_Skender_s_of_the_next_month()
    {
        var times = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Truth/skender/quotes/default.csv")).Skip(1).Select(line => line[..7]).ToArray();
        var expected = new[] { "pp", "r1", "r2", "r3", "s1", "s2", "s3" }.Select(Table.Json("skender/results/pivot-points.standard.json").Column).ToArray();
        var pivots = PivotPoints.Classic();
        for (var start = 0; start < Market.Length;)
        {
            var month = Market.Where((_, index) => times[index] == times[start]).ToArray();
            for (var index = start; index < start + month.Length; index++)
            {
                for (var output = 0; output < expected.Length; output++)
                {
                    (double.IsNaN(expected[output][index]) ? double.NaN : Math.Round(expected[output][index], 9))
                        .ShouldBe(Math.Round(pivots[output], 9), $"row {index}");
                }
            }

            pivots.Add(new Bar(Bar.NoTime, month[0].Open, month.Max(bar => bar.High), month.Min(bar => bar.Low), month[^1].Close, 0));
            start += month.Length;
        }
    }

    [Fact]
    public void Other_pivot_points_are_their_published_formulas()
    {
        var bar = new Bar(Bar.NoTime, 100, 120, 90, 110, 0);

        Outputs("pivotfib").ShouldBe([106.6667, 118.1267, 125.2067, 136.6667, 95.2067, 88.1267, 76.6667]);
        Outputs("pivotcam").ShouldBe([110, 112.75, 115.5, 118.25, 126.5, 107.25, 104.5, 101.75, 93.5]);
        Outputs("pivotwoodie").ShouldBe([107.5, 125, 137.5, 155, 95, 77.5, 65]);
        Outputs("pivotdemark").ShouldBe([110, 130, 100]);
        bar = bar with { Close = 95 };

        Outputs("pivotdemark").ShouldBe([98.75, 107.5, 77.5]);
        bar = bar with { Close = 100 };

        Outputs("pivotdemark").ShouldBe([102.5, 115, 85]);

        double[] Outputs(string name) => [.. Every.Runs.Of(IndicatorCatalog.Parse(name), [bar])[0].Select(value => Math.Round(value, 4))];
    }

    [Fact]
    public void Bricks_are_Skender_s()
    {
        var table = Table.Json("skender/results/renko.standard.json");
        var (opens, closes) = (table.Column("open"), table.Column("close"));
        var renko = new Renko(1);
        var at = 0;
        foreach (var bar in Market)
        {
            renko.Add(bar);
            for (var brick = Math.Abs(renko.Bricks) - 1; brick >= 0; brick--, at++)
            {
                var back = brick * Math.Sign(renko.Bricks);
                (renko.Open - back).ShouldBe(opens[at], 1e-9, $"brick {at}");
                (renko.Close - back).ShouldBe(closes[at], 1e-9, $"brick {at}");
            }
        }

        at.ShouldBe(table.Count);
    }
}
