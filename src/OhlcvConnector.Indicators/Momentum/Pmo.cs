namespace OhlcvConnector.Indicators;

/// <summary>The price momentum oscillator: the rate of change, smoothed twice.</summary>
public sealed class Pmo : Indicator
{
    private readonly EmaPart _first;
    private readonly EmaPart _second;
    private readonly EmaPart _average;
    private readonly int _at;
    private readonly int _later;

    /// <summary>Makes one.</summary>
    /// <param name="time">The period of the first smoothing.</param>
    /// <param name="smooth">The period of the second smoothing.</param>
    /// <param name="signal">The period of the signal.</param>
    public Pmo(int time = 35, int smooth = 20, int signal = 10)
        : base(Definition, time + smooth, time, smooth, signal)
    {
        _first = EmaPart.Of(this, time, 2.0 / time);
        _second = EmaPart.Of(this, smooth, 2.0 / smooth);
        _average = EmaPart.Of(this, signal);
        _at = Claim(1);
        _later = signal - 1;
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="time">The period of the first smoothing.</param>
    /// <param name="smooth">The period of the second smoothing.</param>
    /// <param name="signal">The period of the signal.</param>
    public Pmo(Indicator input, int time = 35, int smooth = 20, int signal = 10)
        : this(time, smooth, signal) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "pmo",
        Title = "Price momentum oscillator",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("time", 35, 2), IndicatorParameter.Period("smooth", 20, 2), IndicatorParameter.Period("signal", 10)],
        Outputs = ["line", "signal"],
        Formula = "line = C(10 C(100 (x / x before - 1), time), smooth), C of weight 2 / n; signal = EMA(line)",
        Reference = "DecisionPoint; Skender",
        Seed = "each average begins as the average of its first n inputs",
        Flat = "a rate of change after a zero is 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Pmo((int)values[0], (int)values[1], (int)values[2]),
    };

    /// <summary>The oscillator.</summary>
    public double Line => this[0];

    /// <summary>The average of the line.</summary>
    public double Signal => this[1];

    private protected override int LaterBy(int output) => output == 0 ? 0 : _later;

    private protected override void Advance(in Bar bar, double[] state)
    {
        var before = state[_at];
        state[_at] = bar.Close;
        if (CountOf(state) == 1)
        {
            return;
        }

        var first = _first.Push(state, before == 0 ? 0 : 100 * ((bar.Close / before) - 1));
        if (double.IsNaN(first))
        {
            return;
        }

        var line = _second.Push(state, 10 * first);
        if (!double.IsNaN(line))
        {
            state[0] = line;
            state[1] = _average.Push(state, line);
        }
    }
}
