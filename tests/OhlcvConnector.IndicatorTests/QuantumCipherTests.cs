using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.IndicatorTests;

/// <summary>The cipher beside its parts, and beside a plain second implementation of its signals over whole arrays.</summary>
public class QuantumCipherTests
{
    private static readonly Bar[] Market = Bars.Walk(6000, seed: 11, step: 0.02);
    private static readonly List<string> Names = [.. new QuantumCipher().Kind.Outputs];
    private static readonly double[][] Rows = Every.Runs.Of(new QuantumCipher(), Market);
    private static readonly double[] Strength = [.. Every.Runs.Of(new Rsi(14), Market).Select(row => row[0])];

    [Fact]
    public void Each_component_is_what_it_is_alone()
    {
        Check("wavetrend:9:12:3", "wt1", 0);
        Check("wavetrend:9:12:3", "wt2", 1);
        Check("moneyflow:60:150:2.5", "moneyflow", 0);
        Check("rsi:14", "rsi", 0);
        Check("stc:23:50:10:0.5", "schaff", 0);

        var logs = IndicatorCatalog.Parse("stochrsi:14:14:3:3");
        for (var index = 0; index < Market.Length; index++)
        {
            logs.Add(Math.Log(Market[index].Close));
            Same(At("k", index), logs[0], index);
            Same(At("d", index), logs[1], index);
            Same(At("vwap", index), At("wt1", index) - At("wt2", index), index);
        }
    }

    [Fact]
    public void Crosses_zones_and_dots_are_those_of_the_waves()
    {
        var seen = new Dictionary<double, int>();
        for (var index = 40; index < Market.Length; index++)
        {
            var (one, two, before) = (At("wt1", index), At("wt2", index), At("wt1", index - 1) - At("wt2", index - 1));
            var cross = one > two && before <= 0 ? 1 : one < two && before >= 0 ? -1 : 0;
            At("cross", index).ShouldBe(cross);
            At("zone", index).ShouldBe(two >= 53 ? two >= 100 ? 3 : two >= 60 ? 2 : 1 : two <= -53 ? two <= -75 ? -3 : two <= -60 ? -2 : -1 : 0);
            var dot = At("dot", index);
            seen[dot] = seen.GetValueOrDefault(dot) + 1;
            if (dot != 2)
            {
                dot.ShouldBe(cross > 0 && two <= -53 ? 1 : cross < 0 && two >= 53 ? -1 : 0);
            }
        }

        seen[1].ShouldBeGreaterThan(10);
        seen[-1].ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData("wt2", "divergence", 45, -65, false)]
    [InlineData("wt2", "second", 15, -40, false)]
    [InlineData("wt2", "hidden", double.NegativeInfinity, double.PositiveInfinity, true)]
    [InlineData("rsi", "rsidivergence", 60, 30, false)]
    [InlineData("rsi", "rsihidden", double.NegativeInfinity, double.PositiveInfinity, true)]
    [InlineData("k", "stochdivergence", double.NegativeInfinity, double.PositiveInfinity, false)]
    [InlineData("k", "stochhidden", double.NegativeInfinity, double.PositiveInfinity, true)]
    public void Divergences_are_between_fractals_and_belong_to_the_candle_that_confirms(
        string oscillator, string output, double top, double bottom, bool isHidden)
    {
        var values = Enumerable.Range(0, Market.Length).Select(index => oscillator == "rsi" ? Strength[index] : At(oscillator, index)).ToArray();
        var expected = new int[Market.Length];
        foreach (var side in new[] { 1, -1 })
        {
            var turns = Enumerable.Range(2, Market.Length - 4)
                .Where(at => new[] { -2, -1, 1, 2 }.All(
                    step => side * values[at] > side * values[at + step]) && (side > 0 ? values[at] >= top : values[at] <= bottom)).ToArray();
            foreach (var (before, at) in turns.Zip(turns.Skip(1)))
            {
                var (price, priceBefore) = side > 0 ? (Market[at].High, Market[before].High) : (-Market[at].Low, -Market[before].Low);
                var went = Math.Sign(price - priceBefore) * (isHidden ? -1 : 1);
                expected[at + 2] += went > 0 && side * (values[at] - values[before]) * (isHidden ? -1 : 1) < 0 ? -side : 0;
            }
        }

        var actual = Enumerable.Range(0, Market.Length).Select(index => At(output, index)).ToArray();
        for (var index = 60; index < Market.Length; index++)
        {
            actual[index].ShouldBe(expected[index], $"at {index}");
        }

        expected.Count(one => one > 0).ShouldBeGreaterThan(5);
        expected.Count(one => one < 0).ShouldBeGreaterThan(5);
    }

    [Fact]
    public void A_gold_dot_is_a_bullish_divergence_after_a_deep_low_of_waves_and_index()
    {
        var market = Bars.Walk(6000, seed: 5, step: 0.01).Select((bar, index) => Bars.Scaled([bar], Math.Exp(Math.Sin(index / 25.0)))[0]).ToArray();
        var rows = Every.Runs.Of(new QuantumCipher(), market);
        var (waves, strength, gold) = (rows.Select(row => row[1]).ToArray(), rows.Select(row => row[4]).ToArray(), 0);
        var lows = Enumerable.Range(2, market.Length - 4)
            .Where(at => new[] { -2, -1, 1, 2 }.All(step => waves[at] < waves[at + step]) && waves[at] <= -65).ToArray();
        for (var index = 100; index < market.Length; index++)
        {
            var last = lows.LastOrDefault(at => at + 2 < index, -1);
            var isGold = (rows[index][11] > 0 || rows[index][14] > 0) && last >= 0 && waves[last] <= -80 && strength[last] < 20;
            (rows[index][10] == 2).ShouldBe(isGold, $"at {index}");
            gold += isGold ? 1 : 0;
        }

        gold.ShouldBeGreaterThan(2);
    }

    [Fact]
    public void Past_signals_never_change()
    {
        var cipher = new QuantumCipher();
        for (var index = 0; index < 500; index++)
        {
            cipher.Add(Market[index]);
        }

        BitConverter.DoubleToInt64Bits(cipher[10]).ShouldBe(BitConverter.DoubleToInt64Bits(Rows[499][10]));
        cipher.Dot.ShouldBe((int)Rows[499][10]);
        cipher.Divergence.ShouldBe((int)Rows[499][11]);
    }

    private static double At(string output, int index) => Rows[index][Names.IndexOf(output)];

    private static void Check(string alone, string output, int of)
    {
        var rows = Every.Runs.Of(IndicatorCatalog.Parse(alone), Market);
        for (var index = 0; index < rows.Length; index++)
        {
            if (!double.IsNaN(At(output, index)))
            {
                Same(At(output, index), rows[index][of], index);
            }
        }
    }

    private static void Same(double actual, double expected, int index) =>
        (BitConverter.DoubleToInt64Bits(actual) == BitConverter.DoubleToInt64Bits(expected) || (double.IsNaN(actual) && double.IsNaN(expected)))
            .ShouldBeTrue($"{actual} is not {expected} at {index}");
}
