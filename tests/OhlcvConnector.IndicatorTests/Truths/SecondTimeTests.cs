using OhlcvConnector.Indicators;
using Shouldly;

namespace OhlcvConnector.IndicatorTests.Truths;

/// <summary>Indicators that nobody's file covers, calculated a second time as their formula is written, window by window.</summary>
public class SecondTimeTests
{
    private static readonly Dictionary<string, Func<Bar[], int, double>> Formulas = new()
    {
        ["hv:20:365"] = (bars, at) => Math.Sqrt(365 * SampleVariance(Last(bars, at, 20, (bar, before) => Math.Log(bar.Close / before.Close)))),
        ["hv:20:252:parkinson"] = (bars, at) => Math.Sqrt(252 * Last(bars, at, 20, (bar, _) => Parkinson(bar)).Average()),
        ["hv:20:365:garman"] = (bars, at) => Math.Sqrt(365 * Last(bars, at, 20, (bar, _) => Garman(bar)).Average()),
        ["hv:20:365:rogers"] = (bars, at) => Math.Sqrt(365 * Last(bars, at, 20, (bar, _) => Rogers(bar)).Average()),
        ["hv:20:365:yang"] = YangZhang,
        ["ulcer:14"] = (bars, at) => Math.Sqrt(Enumerable.Range(at - 13, 14).Average(one => Math.Pow(Loss(bars, at - 13, one), 2))),
        ["ulcer:14:rolling"] = (bars, at) => Math.Sqrt(Enumerable.Range(at - 13, 14).Average(one => Math.Pow(Loss(bars, one - 13, one), 2))),
        ["keltner:20:2:10"] = (bars, at) => Average(bars, at, 20, 2.0 / 21, one => one.Close) + (2 * Atr(bars, at, 10)),
        ["keltner:20:2:10 lower"] = (bars, at) => Average(bars, at, 20, 2.0 / 21, one => one.Close) - (2 * Atr(bars, at, 10)),
        ["chandelier:22:3 short"] = (bars, at) => Window(bars, at, 22).Min(bar => bar.Low) + (3 * Atr(bars, at, 22)),
        ["cksp:10:1:9"] = (bars, at) => Enumerable.Range(at - 8, 9).Max(one => Window(bars, one, 10).Max(bar => bar.High) - Atr(bars, one, 10)),
        ["cksp:10:1:9 short"] = (bars, at) => Enumerable.Range(at - 8, 9).Min(one => Window(bars, one, 10).Min(bar => bar.Low) + Atr(bars, one, 10)),
        ["vortex:14"] = (bars, at) => Last(bars, at, 14, (bar, before) => Math.Abs(bar.High - before.Low)).Sum() / Last(bars, at, 14, Range).Sum(),
        ["vortex:14 minus"] = (bars, at) => Last(bars, at, 14, (bar, before) => Math.Abs(bar.Low - before.High)).Sum() / Last(bars, at, 14, Range).Sum(),
        ["alligator:13:8:8:5:5:3 teeth"] = (bars, at) => Average(bars, at - 5, 8, 1.0 / 8, bar => (bar.High + bar.Low) / 2),
        ["donchian:20 middle"] = (bars, at) => (Window(bars, at, 20).Max(bar => bar.High) + Window(bars, at, 20).Min(bar => bar.Low)) / 2,
        ["stddev:5:sample"] = (bars, at) => Math.Sqrt(SampleVariance([.. Window(bars, at, 5).Select(bar => bar.Close)])),
        ["var:5:sample"] = (bars, at) => SampleVariance([.. Window(bars, at, 5).Select(bar => bar.Close)]),
        ["mfi:14"] = MoneyFlowIndex,
        ["cvi:10:10"] = (bars, at) => 100 * ((Average(bars, at, 10, 2.0 / 11, Height) / Average(bars, at - 10, 10, 2.0 / 11, Height)) - 1),
        ["mass:25:9"] = MassIndex,
        ["emv:14:10000"] = (bars, at) => Last(bars, at, 14, Ease).Average(),
        ["vpt"] = (bars, at) => Last(bars, at, at, (bar, before) => bar.Volume * ((bar.Close / before.Close) - 1)).Sum(),
        ["rvol:20"] = (bars, at) => bars[at].Volume / Window(bars, at - 1, 20).Average(bar => bar.Volume),
        ["qstick:8"] = (bars, at) => Window(bars, at, 8).Average(bar => bar.Close - bar.Open),
        ["coppock:14:11:10"] = (bars, at) =>
            Enumerable.Range(0, 10).Sum(back => (10 - back) * (Change(bars, at - back, 14) + Change(bars, at - back, 11))) / 55,
        ["pmo:35:20:10"] = (bars, at) => Momentum(bars, at)[^1],
        ["pmo:35:20:10 signal"] = (bars, at) => Average(Momentum(bars, at), 10, 2.0 / 11)[^1],
        ["supersmoother:14"] = SuperSmoother,
        ["vidya:14:0"] = Vidya,
        ["frama:16:198"] = Frama,
        ["linreg:14 intercept"] = (bars, at) => Line(bars, at, 14, 0),
        ["linreg:14 forecast"] = (bars, at) => Line(bars, at, 14, 14),
    };

    public static TheoryData<string> All() => [.. Formulas.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void It_is_what_its_formula_gives(string specification)
    {
        var words = specification.Split(' ');
        var indicator = IndicatorCatalog.Parse(words[0]);
        var output = words.Length == 1 ? 0 : indicator.Kind.Outputs.ToList().IndexOf(words[1]);
        var bars = Bars.Walk(300, seed: 5);
        for (var at = 0; at < bars.Length; at++)
        {
            indicator.Add(bars[at]);
            if (at + 1 >= indicator.WarmUpOf(output))
            {
                var expected = Formulas[specification](bars, at);
                indicator[output].ShouldBe(expected, 1e-10 * Math.Max(1, Math.Abs(expected)), $"at {at}");
            }
        }
    }

    private static ArraySegment<Bar> Window(Bar[] bars, int at, int count) => new(bars, at - count + 1, count);

    private static double[] Last(Bar[] bars, int at, int count, Func<Bar, Bar, double> term) =>
        [.. Enumerable.Range(at - count + 1, count).Select(one => term(bars[one], bars[Math.Max(one - 1, 0)]))];

    private static double Range(Bar bar, Bar before) =>
        Math.Max(bar.High - bar.Low, Math.Max(Math.Abs(bar.High - before.Close), Math.Abs(bar.Low - before.Close)));

    private static double Height(Bar bar) => bar.High - bar.Low;

    private static double SampleVariance(double[] values) => values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1);

    private static double Ease(Bar bar, Bar before) => 10_000 * (bar.High + bar.Low - before.High - before.Low) / 2 * Height(bar) / bar.Volume;

    private static double Parkinson(Bar bar) => Math.Pow(Math.Log(bar.High / bar.Low), 2) / (4 * Math.Log(2));

    private static double Garman(Bar bar) =>
        (0.5 * Math.Pow(Math.Log(bar.High / bar.Low), 2)) - (((2 * Math.Log(2)) - 1) * Math.Pow(Math.Log(bar.Close / bar.Open), 2));

    private static double Rogers(Bar bar) =>
        (Math.Log(bar.High / bar.Close) * Math.Log(bar.High / bar.Open)) + (Math.Log(bar.Low / bar.Close) * Math.Log(bar.Low / bar.Open));

    private static double YangZhang(Bar[] bars, int at)
    {
        var share = 0.34 / (1.34 + (21.0 / 19));
        var jumps = SampleVariance(Last(bars, at, 20, (bar, before) => Math.Log(bar.Open / before.Close)));
        var returns = SampleVariance(Last(bars, at, 20, (bar, _) => Math.Log(bar.Close / bar.Open)));
        return Math.Sqrt(365 * (jumps + (share * returns) + ((1 - share) * Last(bars, at, 20, (bar, _) => Rogers(bar)).Average())));
    }

    private static double Loss(Bar[] bars, int from, int at) => 100 * ((bars[at].Close / bars[from..(at + 1)].Max(bar => bar.Close)) - 1);

    private static double Average(Bar[] bars, int at, int seeds, double weight, Func<Bar, double> value) =>
        Average([.. bars[..(at + 1)].Select(value)], seeds, weight)[^1];

    private static double Atr(Bar[] bars, int at, int period) => Average(Last(bars, at, at, Range), period, 1.0 / period)[^1];

    /// <summary>The exponential averages of values from the one on that completes the first average.</summary>
    private static double[] Average(double[] values, int seeds, double weight)
    {
        var averages = new List<double> { values[..seeds].Average() };
        foreach (var value in values[seeds..])
        {
            averages.Add((weight * value) + ((1 - weight) * averages[^1]));
        }

        return [.. averages];
    }

    private static double MassIndex(Bar[] bars, int at)
    {
        var first = Average([.. bars[..(at + 1)].Select(Height)], 9, 0.2);
        var second = Average(first, 9, 0.2);
        return first[^25..].Zip(second[^25..], (one, other) => one / other).Sum();
    }

    private static double MoneyFlowIndex(Bar[] bars, int at)
    {
        static double Typical(Bar bar) => (bar.High + bar.Low + bar.Close) / 3;

        var up = Last(bars, at, 14, (bar, before) => Typical(bar) > Typical(before) ? Typical(bar) * bar.Volume : 0).Sum();
        var down = Last(bars, at, 14, (bar, before) => Typical(bar) < Typical(before) ? Typical(bar) * bar.Volume : 0).Sum();
        return 100 - (100 / (1 + (up / down)));
    }

    private static double Change(Bar[] bars, int at, int back) => 100 * (bars[at].Close - bars[at - back].Close) / bars[at - back].Close;

    private static double[] Momentum(Bar[] bars, int at)
    {
        var changes = Enumerable.Range(1, at).Select(one => Change(bars, one, 1)).ToArray();
        return Average([.. Average(changes, 35, 2.0 / 35).Select(value => 10 * value)], 20, 2.0 / 20);
    }

    private static double SuperSmoother(Bar[] bars, int at)
    {
        var decay = Math.Exp(-1.414 * Math.PI / 14);
        var (second, third) = (2 * decay * Math.Cos(1.414 * Math.PI / 14), -decay * decay);
        var values = new List<double> { bars[0].Close, bars[0].Close, bars[0].Close };
        for (var index = 1; index <= at; index++)
        {
            values.Add(((1 - second - third) * (bars[index].Close + bars[index - 1].Close) / 2) + (second * values[^1]) + (third * values[^2]));
        }

        return values[^1];
    }

    private static double Vidya(Bar[] bars, int at)
    {
        var value = bars[13].Close;
        for (var index = 14; index <= at; index++)
        {
            var changes = Last(bars, index, 14, (bar, before) => bar.Close - before.Close);
            value += 2.0 / 15 * Math.Abs(changes.Sum()) / changes.Sum(Math.Abs) * (bars[index].Close - value);
        }

        return value;
    }

    private static double Frama(Bar[] bars, int at)
    {
        static double Middle(Bar bar) => (bar.High + bar.Low) / 2;

        static double Span(ArraySegment<Bar> window) => (window.Max(bar => bar.High) - window.Min(bar => bar.Low)) / window.Count;

        var value = Middle(bars[14]);
        for (var index = 15; index <= at; index++)
        {
            var dimension = Math.Log((Span(Window(bars, index, 8)) + Span(Window(bars, index - 8, 8))) / Span(Window(bars, index, 16))) / Math.Log(2);
            value += Math.Clamp(Math.Exp(Math.Log(2.0 / 199) * (dimension - 1)), 0.01, 1) * (Middle(bars[index]) - value);
        }

        return value;
    }

    private static double Line(Bar[] bars, int at, int count, double x)
    {
        var values = Window(bars, at, count).Select(bar => bar.Close).ToArray();
        var middle = (count - 1) / 2.0;
        var slope = values.Select((value, index) => (index - middle) * (value - values.Average())).Sum()
            / values.Select((_, index) => Math.Pow(index - middle, 2)).Sum();
        return values.Average() + (slope * (x - middle));
    }
}
