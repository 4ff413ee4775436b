using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.IndicatorTests.Every;

/// <summary>What holds for every indicator on any candles: few prices, so that many are equal, and volumes that are often nothing.</summary>
public class PropertyTests
{
    private const int Cases = 15;

    public static TheoryData<string> All() => [.. IndicatorCatalog.All.Select(kind => kind.Make().ToString())];

    [Theory]
    [MemberData(nameof(All))]
    public void Any_candles_give_numbers_that_peeking_foretells_and_saving_keeps(string specification)
    {
        var bar = Gen.ArrayOf(Gen.Choose(1, 30), 4).SelectMany(prices => Gen.Choose(0, 5).Select(volume => Make(prices, volume)));
        var market = Gen.Choose(1, 300).SelectMany(count => Gen.ArrayOf(bar, count)).ToArbitrary();
        var cut = Gen.Choose(0, 300).ToArbitrary();

        Prop.ForAll(market, cut, (bars, at) => Holds(specification, bars, Math.Min(at, bars.Length)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true));
    }

    private static bool Holds(string specification, Bar[] bars, int cut)
    {
        var indicator = IndicatorCatalog.Parse(specification);
        var restored = IndicatorCatalog.Parse(specification);
        for (var index = 0; index < bars.Length; index++)
        {
            if (index == cut)
            {
                restored.Restore(indicator.Save());
            }

            var foretold = indicator.Peek(bars[index]);
            var value = indicator.Add(bars[index]);
            if (!Same(foretold, value) || (index >= cut && !Same(restored.Add(bars[index]), value)) || !AreNumbers(indicator, index + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreNumbers(Indicator indicator, int count) =>
        Enumerable.Range(0, indicator.Kind.Outputs.Count).All(output =>
            count >= indicator.WarmUpOf(output) ? double.IsFinite(indicator[output]) : double.IsNaN(indicator[output]));

    private static bool Same(double one, double other) => BitConverter.DoubleToInt64Bits(one) == BitConverter.DoubleToInt64Bits(other);

    private static Bar Make(int[] prices, int volume) => new(Bar.NoTime, prices[0], prices.Max(), prices.Min(), prices[1], volume);
}
