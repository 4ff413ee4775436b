namespace OhlcvConnector.Indicators;

/// <summary>Pring's know sure thing: four averaged rates of change, weighted.</summary>
public sealed class Kst : Indicator
{
    private readonly RingPart[] _prices = new RingPart[4];
    private readonly SumPart[] _averages = new SumPart[4];
    private readonly SumPart _signal;
    private readonly int _later;

    /// <summary>Makes one.</summary>
    /// <param name="roc1">Rate of change 1.</param>
    /// <param name="sma1">The number of values of it that are averaged.</param>
    /// <param name="roc2">Rate of change 2.</param>
    /// <param name="sma2">The number of values of it that are averaged.</param>
    /// <param name="roc3">Rate of change 3.</param>
    /// <param name="sma3">The number of values of it that are averaged.</param>
    /// <param name="roc4">Rate of change 4.</param>
    /// <param name="sma4">The number of values of it that are averaged.</param>
    /// <param name="signal">The number of values that the signal averages.</param>
    public Kst(int roc1 = 10, int sma1 = 10, int roc2 = 15, int sma2 = 10, int roc3 = 20, int sma3 = 10, int roc4 = 30, int sma4 = 15, int signal = 9)
        : base(
            Definition,
            Math.Max(Math.Max(roc1 + sma1, roc2 + sma2), Math.Max(roc3 + sma3, roc4 + sma4)),
            roc1,
            sma1,
            roc2,
            sma2,
            roc3,
            sma3,
            roc4,
            sma4,
            signal)
    {
        var rocs = new[] { roc1, roc2, roc3, roc4 };
        var smas = new[] { sma1, sma2, sma3, sma4 };
        for (var index = 0; index < rocs.Length; index++)
        {
            (_prices[index], _averages[index]) = (new RingPart(this, rocs[index]), new SumPart(this, smas[index]));
        }

        _signal = new SumPart(this, signal);
        _later = signal - 1;
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="roc1">Rate of change 1.</param>
    /// <param name="sma1">The number of values of it that are averaged.</param>
    /// <param name="roc2">Rate of change 2.</param>
    /// <param name="sma2">The number of values of it that are averaged.</param>
    /// <param name="roc3">Rate of change 3.</param>
    /// <param name="sma3">The number of values of it that are averaged.</param>
    /// <param name="roc4">Rate of change 4.</param>
    /// <param name="sma4">The number of values of it that are averaged.</param>
    /// <param name="signal">The number of values that the signal averages.</param>
    public Kst(
        Indicator input, int roc1 = 10, int sma1 = 10, int roc2 = 15, int sma2 = 10, int roc3 = 20, int sma3 = 10, int roc4 = 30, int sma4 = 15, int signal = 9)
        : this(roc1, sma1, roc2, sma2, roc3, sma3, roc4, sma4, signal) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "kst",
        Title = "Know sure thing",
        Group = IndicatorGroup.Momentum,
        Parameters =
        [
            IndicatorParameter.Period("roc1", 10),
            IndicatorParameter.Period("sma1", 10),
            IndicatorParameter.Period("roc2", 15),
            IndicatorParameter.Period("sma2", 10),
            IndicatorParameter.Period("roc3", 20),
            IndicatorParameter.Period("sma3", 10),
            IndicatorParameter.Period("roc4", 30),
            IndicatorParameter.Period("sma4", 15),
            IndicatorParameter.Period("signal", 9),
        ],
        Outputs = ["line", "signal"],
        Formula = "line = sum of i x SMA(ROC(roc i), sma i), i = 1 to 4; signal = SMA(line)",
        Reference = "Pring 1992",
        Flat = "a rate of change after a zero is 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values =>
            new Kst(
                (int)values[0], (int)values[1], (int)values[2], (int)values[3], (int)values[4], (int)values[5], (int)values[6], (int)values[7], (int)values[8]),
    };

    /// <summary>The weighted rates of change.</summary>
    public double Line => this[0];

    /// <summary>The average of the line.</summary>
    public double Signal => this[1];

    private protected override int LaterBy(int output) => output == 0 ? 0 : _later;

    private protected override void Advance(in Bar bar, double[] state)
    {
        var line = 0.0;
        for (var index = 0; index < _prices.Length; index++)
        {
            var isFull = _prices[index].IsFull(state);
            var before = _prices[index].Push(state, bar.Close);
            line += isFull ? (index + 1) * _averages[index].Mean(state, before == 0 ? 0 : 100 * ((bar.Close / before) - 1)) : double.NaN;
        }

        if (!double.IsNaN(line))
        {
            state[0] = line;
            state[1] = _signal.Mean(state, line);
        }
    }
}
