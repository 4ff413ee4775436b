using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.IndicatorTests.Every;

/// <summary>What holds for the state of every indicator, to the last bit.</summary>
public class StateTests
{
    public static TheoryData<string> All() => Runs.Specifications();

    [Theory]
    [MemberData(nameof(All))]
    public void Peeking_changes_nothing_and_says_what_adding_will(string specification)
    {
        var plain = IndicatorCatalog.Parse(specification);
        var peeking = IndicatorCatalog.Parse(specification);
        var bars = Bars.Walk(Runs.Enough(plain));
        var expected = Runs.Of(plain, bars);
        var peeked = new double[plain.Kind.Outputs.Count];
        for (var index = 0; index < bars.Length; index++)
        {
            peeking.Peek(bars[index].Flat(1e6));
            peeking.Peek(bars[index] with { Close = bars[index].Low });
            peeking.Peek(bars[index], peeked);
            Runs.Bits([peeked]).ShouldBe(Runs.Bits([expected[index]]), $"peek at {index}");
            peeking.Add(bars[index]);
            Runs.Bits([Runs.Outputs(peeking)]).ShouldBe(Runs.Bits([expected[index]]), $"bar {index}");
        }

        peeking.Save().ShouldBe(plain.Save());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_clone_and_a_restored_one_go_on_to_the_last_bit(string specification)
    {
        var original = IndicatorCatalog.Parse(specification);
        var bars = Bars.Walk(Runs.Enough(original) * 2);
        foreach (var cut in new[] { 0, 1, original.WarmUp - 1, original.WarmUp, Runs.Enough(original) })
        {
            original.Reset();
            Runs.Of(original, bars.AsSpan(0, cut));
            var clone = original.Clone();
            var restored = IndicatorCatalog.Parse(specification);
            restored.Restore(original.Save());
            var expected = Runs.Bits(Runs.Of(original, bars.AsSpan(cut)));

            Runs.Bits(Runs.Of(clone, bars.AsSpan(cut))).ShouldBe(expected, $"clone at {cut}");
            Runs.Bits(Runs.Of(restored, bars.AsSpan(cut))).ShouldBe(expected, $"restored at {cut}");
            restored.Count.ShouldBe(original.Count);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void After_a_reset_it_is_as_new(string specification)
    {
        var used = IndicatorCatalog.Parse(specification);
        var bars = Bars.Walk(Runs.Enough(used));
        Runs.Of(used, Bars.Hostile(Runs.Enough(used)));
        used.Reset();
        var again = Runs.Of(used, bars);

        Runs.Bits(again).ShouldBe(Runs.Bits(Runs.Of(IndicatorCatalog.Parse(specification), bars)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_series_at_once_is_the_stream_of_it_and_knows_nothing_of_what_comes_after(string specification)
    {
        var indicator = IndicatorCatalog.Parse(specification);
        var bars = Bars.Walk(Runs.Enough(indicator));
        var streamed = Runs.Of(indicator, bars).Select(row => row[0]).ToArray();
        foreach (var length in new[] { 1, indicator.WarmUp, indicator.WarmUp + 7, bars.Length })
        {
            var output = new double[length];
            indicator.Compute(bars.AsSpan(0, length), output);
            Runs.Bits([output]).ShouldBe(Runs.Bits([streamed[..length]]), $"of {length}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_series_of_numbers_at_once_is_the_stream_of_it_also_in_place_and_with_what_is_no_number(string specification)
    {
        var indicator = IndicatorCatalog.Parse(specification);
        double[] closes = [.. Bars.Walk(indicator.WarmUp + 70).Select(bar => bar.Close)];
        double[] hostile = [.. closes.Select((close, index) => index % 50 == 7 ? double.NaN : index % 31 == 0 ? 0 : close)];
        foreach (var series in new[] { closes, hostile, closes[..indicator.WarmUp], closes[..1] })
        {
            var stream = IndicatorCatalog.Parse(specification);
            var streamed = series.Select(value => stream.Add(value)).ToArray();
            var (output, inPlace) = (new double[series.Length], series.ToArray());
            indicator.Compute(series, output);
            indicator.Compute(inPlace, inPlace);
            for (var index = 0; index < series.Length; index++)
            {
                Same(output[index], streamed[index]).ShouldBeTrue($"{output[index]} is not {streamed[index]} at {index} of {series.Length}");
                Same(inPlace[index], streamed[index]).ShouldBeTrue($"in place, {inPlace[index]} is not {streamed[index]} at {index} of {series.Length}");
            }
        }

        static bool Same(double one, double other) =>
            (double.IsNaN(one) && double.IsNaN(other)) || Math.Abs(one - other) <= 1e-12 * Math.Max(1, Math.Abs(other));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Adding_and_peeking_allocate_nothing(string specification)
    {
        var indicator = IndicatorCatalog.Parse(specification);
        var bars = Bars.Hostile(Runs.Enough(indicator) + 400);
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Run()
        {
            foreach (ref readonly var bar in bars.AsSpan())
            {
                indicator.Peek(bar);
                indicator.Add(bar);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_text_of_an_indicator_makes_it_again(string specification) =>
        IndicatorCatalog.Parse(specification).ToString().ShouldBe(specification);

    [Fact]
    public void A_state_of_another_indicator_is_refused()
    {
        var one = IndicatorCatalog.Parse("rsi:14");

        Should.Throw<InvalidDataException>(() => one.Restore(IndicatorCatalog.Parse("rsi:15").Save())).Message.ShouldContain("'rsi:15', not of 'rsi:14'");
        Should.Throw<InvalidDataException>(() => one.Restore([1, 2, 3]));
        Should.Throw<InvalidDataException>(() => one.Restore(one.Save().AsSpan(..^1)));
    }
}
