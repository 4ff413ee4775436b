using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>
/// An indicator of two series: two prices of each candle, or two numbers that are added together, such as the closes of two markets at one time.
/// </summary>
public abstract class PairIndicator : Indicator
{
    private static readonly string[] Words = ["high", "low", "close", "open"];
    private static readonly PriceSource[] Sources = [PriceSource.High, PriceSource.Low, PriceSource.Close, PriceSource.Open];

    private readonly PriceSource _one;
    private readonly PriceSource _other;

    private protected PairIndicator(IndicatorKind kind, int warmUp, int period, PriceSource one, PriceSource other)
        : base(kind, warmUp, period, Array.IndexOf(Sources, one), OtherWord(other))
    {
        if (one == other)
        {
            throw new InvalidSettingException($"{kind.Name} takes two different prices of each candle, not {one.Name()} twice.");
        }

        (_one, _other) = (one, other);
    }

    /// <summary>The parameter that says which price is the first series.</summary>
    private protected static IndicatorParameter First { get; } = IndicatorParameter.Word("first", Words);

    /// <summary>The parameter that says which price is the second series.</summary>
    private protected static IndicatorParameter Second { get; } = IndicatorParameter.Word("second", "low", "high", "close", "open");

    /// <summary>Adds a number of each series.</summary>
    /// <param name="first">The number of the first series.</param>
    /// <param name="second">The number of the second series.</param>
    /// <returns><see cref="Indicator.Value"/>; <see cref="double.NaN"/> when they were refused.</returns>
    public double Add(double first, double second) => Add(Pair(first, second));

    /// <summary>Gives what <see cref="Indicator.Value"/> would be after a number of each series, and changes nothing.</summary>
    /// <param name="first">The number of the first series.</param>
    /// <param name="second">The number of the second series.</param>
    public double Peek(double first, double second) => Peek(Pair(first, second));

    /// <summary>The first series' source of a word.</summary>
    private protected static PriceSource FirstOf(double word) => Sources[(int)word];

    /// <summary>The second series' source of a word.</summary>
    private protected static PriceSource SecondOf(double word) => Sources[word switch { 0 => 1, 1 => 0, _ => (int)word }];

    /// <summary>Returns both numbers of a candle.</summary>
    private protected (double First, double Second) Of(in Bar bar) => (bar[_one], bar[_other]);

    private static int OtherWord(PriceSource source) => Array.IndexOf(Sources, source) switch { 0 => 1, 1 => 0, var index => index };

    private Bar Pair(double first, double second) => Set(Set(new Bar(first), _one, first), _other, second);

    private static Bar Set(in Bar bar, PriceSource source, double value) => source switch
    {
        PriceSource.Open => bar with { Open = value },
        PriceSource.High => bar with { High = value },
        PriceSource.Low => bar with { Low = value },
        _ => bar with { Close = value },
    };
}
