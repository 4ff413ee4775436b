using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>The moving average convergence and divergence: the distance of two exponential averages, its own average, and the distance of both.</summary>
public sealed class Macd : Indicator
{
    private readonly EmaPart _fast;
    private readonly EmaPart _slow;
    private readonly EmaPart _signal;
    private readonly int _signalPeriod;
    private readonly int _skipped;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average, longer than the fast one.</param>
    /// <param name="signal">The period of the signal.</param>
    /// <param name="beginsTogether">True when the fast average begins as late as the slow one, as TA-Lib's, instead of at its own period.</param>
    public Macd(int fast = 12, int slow = 26, int signal = 9, bool beginsTogether = false)
        : base(Definition, slow, fast, slow, signal, beginsTogether ? 1 : 0)
    {
        if (fast >= slow)
        {
            throw new InvalidSettingException($"macd: fast is shorter than slow, not {fast} and {slow}.");
        }

        _skipped = beginsTogether ? slow - fast : 0;
        _signalPeriod = signal;
        _fast = EmaPart.Of(this, fast);
        _slow = EmaPart.Of(this, slow);
        _signal = EmaPart.Of(this, signal);
        _at = Claim(1);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average.</param>
    /// <param name="signal">The period of the signal.</param>
    public Macd(Indicator input, int fast = 12, int slow = 26, int signal = 9)
        : this(fast, slow, signal) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "macd",
        Title = "Moving average convergence and divergence",
        Group = IndicatorGroup.Momentum,
        Parameters =
        [
            IndicatorParameter.Period("fast", 12), IndicatorParameter.Period("slow", 26, 2), IndicatorParameter.Period("signal", 9),
            IndicatorParameter.Word("begin", "own", "together"),
        ],
        Outputs = ["line", "signal", "histogram"],
        Formula = "line = EMA(fast) - EMA(slow); signal = EMA(line); histogram = line - signal",
        Reference = "Appel 1979; Skender; `together`: TA-Lib MACD",
        Seed = "each average begins at its own period; `together`: the fast one as late as the slow one, over the last values before",
        Scaling = PriceScaling.Difference,
        Create = values => new Macd((int)values[0], (int)values[1], (int)values[2], values[3] == 1),
    };

    /// <summary>The distance of the averages.</summary>
    public double Line => this[0];

    /// <summary>The average of the line.</summary>
    public double Signal => this[1];

    /// <summary>The line's distance from the signal.</summary>
    public double Histogram => this[2];

    private protected override int LaterBy(int output) => output == 0 ? 0 : _signalPeriod - 1;

    private protected override void Advance(in Bar bar, double[] state)
    {
        var slow = _slow.Push(state, bar.Close);
        if (state[_at] < _skipped)
        {
            state[_at]++;
            return;
        }

        var line = _fast.Push(state, bar.Close) - slow;
        if (double.IsNaN(line))
        {
            return;
        }

        state[0] = line;
        state[1] = _signal.Push(state, line);
        state[2] = line - state[1];
    }
}
