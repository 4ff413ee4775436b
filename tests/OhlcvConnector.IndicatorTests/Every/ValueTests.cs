using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.IndicatorTests.Every;

/// <summary>What holds for the values of every indicator.</summary>
public class ValueTests
{
    public static TheoryData<string> All() => Runs.Specifications();

    [Theory]
    [MemberData(nameof(All))]
    public void Each_output_is_a_number_exactly_from_its_warm_up_on(string specification)
    {
        var indicator = IndicatorCatalog.Parse(specification);
        var rows = Runs.Of(indicator, Bars.Walk(Runs.Enough(indicator)));
        for (var output = 0; output < indicator.Kind.Outputs.Count; output++)
        {
            var first = Array.FindIndex(rows, row => !double.IsNaN(row[output]));
            (first + 1).ShouldBe(indicator.WarmUpOf(output), indicator.Kind.Outputs[output]);
        }

        indicator.IsWarm.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Flat_jumping_and_empty_markets_give_numbers(string specification)
    {
        foreach (var bars in new[] { Bars.Hostile(1200), Bars.Flat(600), Bars.Flat(600, volume: 0) })
        {
            var indicator = IndicatorCatalog.Parse(specification);
            var rows = Runs.Of(indicator, bars);
            for (var index = 0; index < rows.Length; index++)
            {
                for (var output = 0; output < rows[index].Length; output++)
                {
                    if (index + 1 >= indicator.WarmUpOf(output))
                    {
                        double.IsFinite(rows[index][output]).ShouldBeTrue($"{indicator.Kind.Outputs[output]} at {index} is {rows[index][output]}");
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_bar_that_lacks_what_is_needed_is_refused_and_counted_and_leaves_no_trace(string specification)
    {
        var indicator = IndicatorCatalog.Parse(specification);
        var untouched = IndicatorCatalog.Parse(specification);
        var bars = Bars.Walk(Runs.Enough(indicator));
        foreach (var bar in bars)
        {
            double.IsNaN(indicator.Add(bar with { Open = double.NaN, High = double.NaN, Low = double.NaN, Close = double.NaN, Volume = double.NaN }))
                .ShouldBeTrue();
            double.IsNaN(indicator.Add(bar with
            {
                Open = double.PositiveInfinity,
                High = double.PositiveInfinity,
                Low =
                double.PositiveInfinity,
                Close = double.PositiveInfinity,
                Volume = double.NaN
            })).ShouldBeTrue();
            indicator.Add(bar);
            untouched.Add(bar);
        }

        indicator.Refused.ShouldBe(2 * bars.Length);
        indicator.Save().ShouldBe(untouched.Save());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Scaled_and_shifted_prices_do_what_the_kind_says(string specification)
    {
        var indicator = IndicatorCatalog.Parse(specification);
        var scaling = indicator.Kind.Scaling;
        var bars = Bars.Walk(Runs.Enough(indicator) + 100);
        var plain = Runs.Of(indicator, bars);
        var scaled = Runs.Of(IndicatorCatalog.Parse(specification), Bars.Scaled(bars, 4096)); // a power of two loses nothing
        var shifted = Runs.Of(IndicatorCatalog.Parse(specification), Bars.Scaled(bars, 1, 64));
        for (var index = 0; index < bars.Length; index++)
        {
            for (var output = 0; output < plain[index].Length; output++)
            {
                var value = plain[index][output];
                if (double.IsNaN(value))
                {
                    continue;
                }

                var name = $"{indicator.Kind.Outputs[output]} at {index}";
                Check(scaling.HasFlag(PriceScaling.Proportional), scaled[index][output], value * 4096, 1e-9 * 4096, name + " scaled");
                Check(scaling.HasFlag(PriceScaling.ScaleFree), scaled[index][output], value, 1e-9, name + " scaled");
                Check(scaling.HasFlag(PriceScaling.Moves), shifted[index][output], value + 64, 1e-7, name + " shifted");
                Check(scaling.HasFlag(PriceScaling.ShiftFree), shifted[index][output], value, 1e-7, name + " shifted");
            }
        }

        static void Check(bool isPromised, double actual, double expected, double tolerance, string name)
        {
            if (isPromised)
            {
                actual.ShouldBe(expected, Math.Max(tolerance, Math.Abs(expected) * 1e-8), name);
            }
        }
    }
}
