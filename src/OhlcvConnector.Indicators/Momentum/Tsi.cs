namespace OhlcvConnector.Indicators;

/// <summary>Blau's true strength index: twice smoothed changes in percent of their sizes.</summary>
public sealed class Tsi : Indicator
{
    private readonly EmaPart _first;
    private readonly EmaPart _firstSize;
    private readonly EmaPart _second;
    private readonly EmaPart _secondSize;
    private readonly EmaPart _average;
    private readonly int _at;
    private readonly int _later;

    /// <summary>Makes one.</summary>
    /// <param name="slow">The period of the first smoothing.</param>
    /// <param name="fast">The period of the second smoothing.</param>
    /// <param name="signal">The period of the signal.</param>
    public Tsi(int slow = 25, int fast = 13, int signal = 7)
        : base(Definition, slow + fast, slow, fast, signal)
    {
        (_first, _firstSize) = (EmaPart.Of(this, slow), EmaPart.Of(this, slow));
        (_second, _secondSize) = (EmaPart.Of(this, fast), EmaPart.Of(this, fast));
        _average = EmaPart.Of(this, signal);
        _at = Claim(1);
        _later = signal - 1;
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="slow">The period of the first smoothing.</param>
    /// <param name="fast">The period of the second smoothing.</param>
    /// <param name="signal">The period of the signal.</param>
    public Tsi(Indicator input, int slow = 25, int fast = 13, int signal = 7)
        : this(slow, fast, signal) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "tsi",
        Title = "True strength index",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("slow", 25), IndicatorParameter.Period("fast", 13), IndicatorParameter.Period("signal", 7)],
        Outputs = ["line", "signal"],
        Formula = "line = 100 EMA(EMA(change, slow), fast) / EMA(EMA(abs change, slow), fast); signal = EMA(line)",
        Reference = "Blau 1991; Skender",
        Seed = "each average begins as the average of its first n inputs",
        Flat = "0 while nothing changes",
        Scaling = PriceScaling.Ratio,
        Create = values => new Tsi((int)values[0], (int)values[1], (int)values[2]),
    };

    /// <summary>The index.</summary>
    public double Line => this[0];

    /// <summary>The average of the index.</summary>
    public double Signal => this[1];

    private protected override int LaterBy(int output) => output == 0 ? 0 : _later;

    private protected override void Advance(in Bar bar, double[] state)
    {
        var change = bar.Close - state[_at];
        state[_at] = bar.Close;
        if (CountOf(state) == 1)
        {
            return;
        }

        var first = _first.Push(state, change);
        var size = _firstSize.Push(state, Math.Abs(change));
        if (double.IsNaN(first))
        {
            return;
        }

        first = _second.Push(state, first);
        size = _secondSize.Push(state, size);
        if (double.IsNaN(first))
        {
            return;
        }

        state[0] = size == 0 ? 0 : 100 * first / size;
        state[1] = _average.Push(state, state[0]);
    }
}
