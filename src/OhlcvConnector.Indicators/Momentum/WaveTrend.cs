namespace OhlcvConnector.Indicators;

/// <summary>LazyBear's wave trend: the distance of the price from its average, in parts of the average distance, smoothed; and its average.</summary>
public sealed class WaveTrend : Indicator
{
    private readonly WaveTrendPart _wave;
    private readonly int _later;

    /// <summary>Makes one.</summary>
    /// <param name="channel">The period of the averages of price and distance.</param>
    /// <param name="average">The period of the smoothing.</param>
    /// <param name="signal">The number of values that the second wave averages.</param>
    public WaveTrend(int channel = 10, int average = 21, int signal = 4)
        : base(Definition, WaveTrendPart.WarmUp(channel, average), channel, average, signal) =>
        (_wave, _later) = (new WaveTrendPart(this, channel, average, signal), signal - 1);

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="channel">The period of the averages of price and distance.</param>
    /// <param name="average">The period of the smoothing.</param>
    /// <param name="signal">The number of values that the second wave averages.</param>
    public WaveTrend(Indicator input, int channel = 10, int average = 21, int signal = 4)
        : this(channel, average, signal) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "wavetrend",
        Aliases = ["wt", "wto"],
        Title = "WaveTrend",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("channel", 10), IndicatorParameter.Period("average", 21), IndicatorParameter.Period("signal", 4)],
        Outputs = ["wt1", "wt2"],
        Source = PriceSource.Hlc3,
        Formula = "wt1 = EMA((x - esa) / (0.015 d), average); esa = EMA(x, channel), d = EMA(abs(x - esa), channel); wt2 = SMA(wt1, signal); of hlc3; levels 60 and 53, above and below",
        Reference = "LazyBear; LEAN WTO",
        Seed = "each average begins as the average of its first n inputs",
        Flat = "the distance counts as 0",
        Scaling = PriceScaling.Ratio,
        Create = values => new WaveTrend((int)values[0], (int)values[1], (int)values[2]),
    };

    /// <summary>The wave.</summary>
    public double Wt1 => this[0];

    /// <summary>The average of the wave.</summary>
    public double Wt2 => this[1];

    private protected override int LaterBy(int output) => output == 0 ? 0 : _later;

    private protected override void Advance(in Bar bar, double[] state) => (state[0], state[1]) = _wave.Push(state, bar.Close);
}
