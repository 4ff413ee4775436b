using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>The percentage volume oscillator: MACD of volumes, in percent of the slow average.</summary>
public sealed class Pvo : Indicator
{
    private readonly EmaPart _fast;
    private readonly EmaPart _slow;
    private readonly EmaPart _signal;
    private readonly int _later;

    /// <summary>Makes one.</summary>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average, longer than the fast one.</param>
    /// <param name="signal">The period of the signal.</param>
    public Pvo(int fast = 12, int slow = 26, int signal = 9)
        : base(Definition, slow, fast, slow, signal)
    {
        if (fast >= slow)
        {
            throw new InvalidSettingException($"pvo: fast is shorter than slow, not {fast} and {slow}.");
        }

        _fast = EmaPart.Of(this, fast);
        _slow = EmaPart.Of(this, slow);
        _signal = EmaPart.Of(this, signal);
        _later = signal - 1;
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "pvo",
        Title = "Percentage volume oscillator",
        Group = IndicatorGroup.Volume,
        Parameters = [IndicatorParameter.Period("fast", 12), IndicatorParameter.Period("slow", 26, 2), IndicatorParameter.Period("signal", 9)],
        Outputs = ["pvo", "signal", "histogram"],
        Source = PriceSource.Volume,
        Formula = "100 (EMA(fast) - EMA(slow)) / EMA(slow) of volumes; signal = EMA of it; histogram = pvo - signal",
        Reference = "Skender PVO",
        Seed = "each average begins as the average of its first n",
        Flat = "0 while nothing was ever traded",
        Scaling = PriceScaling.Ratio,
        Create = values => new Pvo((int)values[0], (int)values[1], (int)values[2]),
    };

    /// <summary>The average of the oscillator.</summary>
    public double Signal => this[1];

    /// <summary>The oscillator's distance from the signal.</summary>
    public double Histogram => this[2];

    private protected override int LaterBy(int output) => output == 0 ? 0 : _later;

    private protected override void Advance(in Bar bar, double[] state)
    {
        var fast = _fast.Push(state, bar.Close);
        var slow = _slow.Push(state, bar.Close);
        if (!double.IsNaN(slow))
        {
            state[0] = slow == 0 ? 0 : 100 * (fast - slow) / slow;
            state[1] = _signal.Push(state, state[0]);
            state[2] = state[0] - state[1];
        }
    }
}
