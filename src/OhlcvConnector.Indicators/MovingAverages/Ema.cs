namespace OhlcvConnector.Indicators;

/// <summary>The exponential moving average.</summary>
public sealed class Ema : Indicator
{
    private readonly EmaPart _average;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that the average of the beginning has; the weight is 2 / (period + 1).</param>
    /// <param name="beginsAtFirst">True when it begins as the first number instead of the average of the first ones.</param>
    public Ema(int period = 30, bool beginsAtFirst = false)
        : base(Definition, period, period, beginsAtFirst ? 1 : 0) => _average = EmaPart.Of(this, period, beginsAtFirst);

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of values that the average of the beginning has.</param>
    public Ema(Indicator input, int period = 30)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "ema",
        Title = "Exponential moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 30), IndicatorParameter.Word("begin", "average", "first")],
        Formula = "e += 2/(n+1) (x - e)",
        Reference = "TA-Lib EMA",
        Seed = "the average of the first n; `first` begins at the first value",
        Scaling = PriceScaling.Price,
        Create = values => new Ema((int)values[0], values[1] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _average.Push(state, bar.Close);
}
