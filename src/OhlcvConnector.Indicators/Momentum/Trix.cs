namespace OhlcvConnector.Indicators;

/// <summary>The rate of change of a triple exponential average, in percent.</summary>
public sealed class Trix : Indicator
{
    private readonly EmaPart _first;
    private readonly EmaPart _second;
    private readonly EmaPart _third;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Trix(int period = 30)
        : base(Definition, (3 * (period - 1)) + 2, period)
    {
        _first = EmaPart.Of(this, period);
        _second = EmaPart.Of(this, period);
        _third = EmaPart.Of(this, period);
        _at = Claim(2);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Trix(Indicator input, int period = 30)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "trix",
        Title = "Triple exponential rate of change",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 30)],
        Formula = "100 (e3 / e3 before - 1), e3 the EMA of the EMA of the EMA",
        Reference = "Hutson 1983; TA-Lib TRIX",
        Seed = "each average begins as the average of its first n inputs",
        Flat = "0 after a zero",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Trix((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var value = _first.Push(state, bar.Close);
        value = double.IsNaN(value) ? value : _second.Push(state, value);
        value = double.IsNaN(value) ? value : _third.Push(state, value);
        if (double.IsNaN(value))
        {
            return;
        }

        if (state[_at + 1] != 0)
        {
            state[0] = state[_at] == 0 ? 0 : 100 * ((value / state[_at]) - 1);
        }

        (state[_at], state[_at + 1]) = (value, 1);
    }
}
