namespace OhlcvConnector.Indicators;

/// <summary>Ehlers' Fisher transform of where the price is in its range.</summary>
public sealed class Fisher : Indicator
{
    private readonly ExtremePart _high;
    private readonly ExtremePart _low;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Fisher(int period = 10)
        : base(Definition, 1, period)
    {
        _high = ExtremePart.Highest(this, period);
        _low = ExtremePart.Lowest(this, period);
        _at = Claim(2);
        Remember(0.33);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Fisher(Indicator input, int period = 10)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "fisher",
        Title = "Fisher transform",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 10)],
        Outputs = ["fisher", "trigger"],
        Source = PriceSource.Hl2,
        Formula = "f = 0.5 log((1 + v) / (1 - v)) + 0.5 f before; v = 0.66 (place in the range of n - 0.5) + 0.67 v before, held within 0.999; of hl2",
        Reference = "Ehlers 2002; Skender",
        Seed = "zeros; the range grows until it has n candles",
        Flat = "v is 0 where highest and lowest are one",
        Scaling = PriceScaling.Ratio,
        Create = values => new Fisher((int)values[0]),
    };

    /// <summary>The transform of the candle before.</summary>
    public double Trigger => this[1];

    private protected override int LaterBy(int output) => output;

    private protected override void Advance(in Bar bar, double[] state)
    {
        _high.Push(state, bar.Close);
        _low.Push(state, bar.Close);
        var (high, low) = (_high.SoFar(state), _low.SoFar(state));
        var value = high == low ? 0 : (0.66 * (((bar.Close - low) / (high - low)) - 0.5)) + (0.67 * state[_at]);
        value = value > 0.99 ? 0.999 : value < -0.99 ? -0.999 : value;
        state[1] = CountOf(state) > 1 ? state[_at + 1] : double.NaN;
        state[0] = (0.5 * Math.Log((1 + value) / (1 - value))) + (0.5 * state[_at + 1]);
        (state[_at], state[_at + 1]) = (value, state[0]);
    }
}
