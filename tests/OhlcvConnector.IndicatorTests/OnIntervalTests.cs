using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.IndicatorTests;

public class OnIntervalTests
{
    private const long Minute = 60_000;

    private static readonly Interval FiveMinutes = Interval.Parse("5m");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_value_is_that_of_the_last_closed_longer_candle_and_never_of_a_later_one(bool saysWhenBarsEnd)
    {
        var bars = Minutes(200, saysWhenBarsEnd);
        var longer = new OnInterval(FiveMinutes, new Rsi(3));
        var plain = new Rsi(3);
        for (var index = 0; index < bars.Length; index++)
        {
            longer.Add(bars[index]);
            var closed = saysWhenBarsEnd ? (index + 1) / 5 : index / 5; // a bar that does not say its end closes nothing by itself
            while (plain.Count < closed)
            {
                plain.Add(Five(bars, (int)plain.Count, 5));
            }

            longer.Value.ShouldBe(plain.Value, $"bar {index}");
        }
    }

    [Fact]
    public void A_provisional_value_is_that_of_the_longer_candle_as_far_as_it_is_known()
    {
        var bars = Minutes(200, saysWhenBarsEnd: true);
        var longer = new OnInterval(FiveMinutes, new Stochastic(3, 1, 2), isProvisional: true);
        var plain = new Stochastic(3, 1, 2);
        var expected = new double[3];
        var peeked = new double[3];
        for (var index = 0; index < bars.Length; index++)
        {
            plain.Peek(Five(bars, index / 5, (index % 5) + 1), expected);
            longer.Peek(bars[index], peeked);
            peeked.ShouldBe(expected, $"peek at {index}");
            longer.Add(bars[index]);
            new[] { longer[0], longer[1], longer[2] }.ShouldBe(expected, $"bar {index}");
            if (index % 5 == 4)
            {
                plain.Add(Five(bars, index / 5, 5));
            }
        }
    }

    [Fact]
    public void A_longer_candle_whose_beginning_is_missing_is_left_out()
    {
        var bars = Minutes(20, saysWhenBarsEnd: true);
        var longer = new OnInterval(FiveMinutes, new Sma(1));
        foreach (var bar in bars.AsSpan(3, 2))
        {
            longer.Add(bar);
        }

        longer.Value.ShouldBe(double.NaN);
        longer.Indicator.Count.ShouldBe(0);
        foreach (var bar in bars.AsSpan(5, 5))
        {
            longer.Add(bar);
        }

        longer.Value.ShouldBe(bars[9].Close);
    }

    [Fact]
    public void A_set_has_columns_of_longer_candles()
    {
        var set = IndicatorSet.Parse("sma:2,sma:2/5m,macd:1:2:2.signal@hl2/5m/open,macd:1:2:2/5m");

        set.Columns.ShouldBe(["sma:2", "sma:2/5m", "macd:1:2:2.signal@hl2/5m/open", "macd:1:2:2.line/5m", "macd:1:2:2.signal/5m", "macd:1:2:2.histogram/5m"]);
        var bars = Minutes(20, saysWhenBarsEnd: true);
        foreach (var bar in bars)
        {
            set.Add(bar);
        }

        var clone = set.Clone();

        clone[1].ShouldBe((bars[14].Close + bars[19].Close) / 2, 1e-12);
        clone.Add(bars[19] with { OpenMs = bars[19].OpenMs + Minute, CloseMs = bars[19].CloseMs + Minute });

        set[0].ShouldBe((bars[18].Close + bars[19].Close) / 2, 1e-12);
        clone[1].ShouldBe(set[1]);
        Should.Throw<InvalidSettingException>(() => IndicatorSet.Parse("macd:5,macd:5.signal")).Message.ShouldBe("'macd:5.signal' is asked for twice.");
        Should.Throw<InvalidSettingException>(() => IndicatorSet.Parse("sma:2/5x")).Message.ShouldStartWith("'/5x' is no length of longer candles.");
    }

    private static Bar[] Minutes(int count, bool saysWhenBarsEnd) =>
        [.. Bars.Walk(count).Select(bar => bar with { CloseMs = saysWhenBarsEnd ? bar.OpenMs + Minute : Bar.NoTime })];

    private static Bar Five(Bar[] bars, int index, int parts)
    {
        var own = bars.AsSpan(index * 5, parts).ToArray();
        return new Bar(own[0].OpenMs, own[0].Open, own.Max(bar => bar.High), own.Min(bar => bar.Low), own[^1].Close, own.Sum(bar => bar.Volume));
    }
}
