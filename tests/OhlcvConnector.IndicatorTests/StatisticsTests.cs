using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.IndicatorTests.Truths;
using Shouldly;

namespace OhlcvConnector.IndicatorTests;

/// <summary>Statistics beside others' numbers of two markets, and beside plain second implementations of their formulas.</summary>
public class StatisticsTests
{
    private static readonly double[] Market = Table.Csv("skender/quotes/default.csv").Column("close");

    [Fact]
    public void Correlation_of_two_markets_is_Skender_s()
    {
        var other = Table.Csv("skender/quotes/compare.csv").Column("close");
        var expected = Table.Json("skender/results/corr.standard.json").Column("correlation");
        var correlation = new Correlation(20);
        for (var index = 0; index < Market.Length; index++)
        {
            Check(correlation.Add(Market[index], other[index]), expected[index], $"row {index}");
        }
    }

    [Fact]
    public void Beta_of_two_markets_is_Skender_s()
    {
        var other = Table.Csv("skender/quotes/compare.csv").Column("close");
        var expected = Table.Json("skender/results/beta.standard.json").Column("beta");
        var beta = new Beta(50);
        for (var index = 0; index < Market.Length; index++)
        {
            Check(beta.Add(Market[index], other[index]), expected[index], $"row {index}");
        }
    }

    [Theory]
    [InlineData("zscore:20")]
    [InlineData("zscore:7:sample")]
    [InlineData("skew:30")]
    [InlineData("skew:5:sample")]
    [InlineData("kurtosis:30")]
    [InlineData("kurtosis:6:sample")]
    [InlineData("percentrank:50")]
    [InlineData("percentrank:5:below")]
    [InlineData("correl:20:high:low")]
    [InlineData("correl:9:close:open")]
    [InlineData("beta:5:high:low")]
    [InlineData("autocorr:20:3")]
    [InlineData("entropy:30:8")]
    [InlineData("drawdown:0")]
    [InlineData("drawdown:12")]
    public void It_is_what_a_plain_calculation_gives(string specification)
    {
        var words = specification.Split(':');
        var indicator = IndicatorCatalog.Parse(specification);
        var bars = Bars.Walk(400, seed: 3);
        for (var index = 0; index < bars.Length; index++)
        {
            Check(indicator.Add(bars[index]), Plain(words, bars.AsSpan(0, index + 1)), $"at {index}");
        }
    }

    [Theory]
    [InlineData("zscore:14", "test_candles_19.csv", 1, -3.2)]
    [InlineData("skew:5@hl2", "test_candles_19.csv", 2, -1.05)]
    [InlineData("wavetrend:9:12:3", "wavetrend_candles.csv", 2, -27.25)]
    public void The_last_value_is_the_one_that_jesse_asserts(string specification, string file, int decimals, double expected)
    {
        var indicator = IndicatorCatalog.Parse(specification);
        Array.ForEach(Table.Csv($"jesse/{file}").Bars(), bar => indicator.Add(bar));

        Math.Round(indicator.Value, decimals).ShouldBe(expected);
    }

    [Fact]
    public void Two_equal_series_are_refused() =>
        Should.Throw<InvalidSettingException>(() => new Correlation(5, PriceSource.Low, PriceSource.Low)).Message.ShouldContain("not low twice");

    private static void Check(double actual, double expected, string name)
    {
        double.IsNaN(actual).ShouldBe(double.IsNaN(expected), name);
        if (!double.IsNaN(expected))
        {
            actual.ShouldBe(expected, 1e-9 * Math.Max(1, Math.Abs(expected)), name);
        }
    }

    private static double Plain(string[] words, ReadOnlySpan<Bar> bars)
    {
        var n = int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
        var close = bars.ToArray().Select(bar => bar.Close).ToArray();
        var all = bars.ToArray();
        switch (words[0])
        {
            case "percentrank":
                return close.Length < n + 1 ? double.NaN
                    : 100.0 * close[^(n + 1)..^1].Count(one => words.Length > 2 ? one < close[^1] : one <= close[^1]) / n;
            case "correl":
                return all.Length < n ? double.NaN : Pearson([.. all[^n..].Select(bar => Of(bar, words[2]))], [.. all[^n..].Select(bar => Of(bar, words[3]))]);
            case "autocorr":
                var lag = int.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture);
                return close.Length < n + lag ? double.NaN : Pearson(close[^n..], close[^(n + lag)..^lag]);
            case "beta":
                if (all.Length < n + 1)
                {
                    return double.NaN;
                }

                var x = all[^(n + 1)..].Zip(all[^n..], (before, bar) => (bar.High / before.High) - 1).ToArray();
                var y = all[^(n + 1)..].Zip(all[^n..], (before, bar) => (bar.Low / before.Low) - 1).ToArray();
                return x.Zip(y, (one, other) => (one - x.Average()) * (other - y.Average())).Sum() / x.Sum(one => Math.Pow(one - x.Average(), 2));
            case "drawdown":
                return n == 0 ? 100 * ((close[^1] / close.Max()) - 1) : close.Length < n ? double.NaN : 100 * ((close[^1] / close[^n..].Max()) - 1);
            default:
                return close.Length < n ? double.NaN : OfWindow(words, close[^n..]);
        }
    }

    private static double OfWindow(string[] words, double[] window)
    {
        double n = window.Length;
        var mean = window.Average();
        var isSample = words.Length > 2 && words[2] == "sample";
        double Moment(int power) => window.Sum(one => Math.Pow(one - mean, power)) / n;
        switch (words[0])
        {
            case "zscore":
                return (window[^1] - mean) / Math.Sqrt(Moment(2) * (isSample ? n / (n - 1) : 1));
            case "skew":
                return Moment(3) / Math.Pow(Moment(2), 1.5) * (isSample ? Math.Sqrt(n * (n - 1)) / (n - 2) : 1);
            case "kurtosis":
                var deviation = Math.Sqrt(Moment(2) * n / (n - 1));
                return isSample // as Excel writes it
                    ? (n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * window.Sum(
                        one => Math.Pow((one - mean) / deviation, 4))) - (3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3)))
                    : (Moment(4) / Math.Pow(Moment(2), 2)) - 3;
            default:
                var (low, high) = (window.Min(), window.Max());
                return window.GroupBy(one => one == high ? 7 : (int)((one - low) / (high - low) * 8))
                    .Sum(group => -group.Count() / n * Math.Log2(group.Count() / n));
        }
    }

    private static double Of(Bar bar, string word) => word switch { "high" => bar.High, "low" => bar.Low, "open" => bar.Open, _ => bar.Close };

    private static double Pearson(double[] x, double[] y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        return x.Zip(y, (one, other) => (one - meanX) * (other - meanY)).Sum()
            / Math.Sqrt(x.Sum(one => (one - meanX) * (one - meanX)) * y.Sum(other => (other - meanY) * (other - meanY)));
    }
}
