namespace OhlcvConnector.Indicators;

/// <summary>Chande's Aroon: how lately the highest high and the lowest low were.</summary>
public sealed class Aroon : Indicator
{
    private readonly ExtremePart _high;
    private readonly ExtremePart _low;
    private readonly double _period;
    private readonly AlonePart _alone;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles back that it looks.</param>
    /// <param name="takesNewest">True when of equal extremes the newest counts, as in TA-Lib, instead of the oldest.</param>
    public Aroon(int period = 14, bool takesNewest = false)
        : this(Definition, -1, period, takesNewest)
    {
    }

    private Aroon(IndicatorKind kind, int alone, int period, bool takesNewest)
        : base(kind, period + 1, period, AlonePart.Place(kind, Definition, takesNewest ? 1 : 0))
    {
        _alone = new AlonePart(this, Definition.Outputs.Count, alone, period + 1);
        _period = period;
        _high = ExtremePart.Highest(this, period + 1, !takesNewest);
        _low = ExtremePart.Lowest(this, period + 1, !takesNewest);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "aroon",
        Title = "Aroon",
        Group = IndicatorGroup.Trend,
        Parameters = [IndicatorParameter.Period("period", 14), IndicatorParameter.Word("equal", "oldest", "newest")],
        Outputs = ["up", "down", "oscillator"],
        Takes = BarParts.Prices,
        Formula = "up = 100 (n - candles since the highest high of n + 1) / n; down so of the lowest low; oscillator = up - down",
        Reference = "Chande 1995; Skender; `newest`: TA-Lib AROON, AROONOSC",
        Scaling = PriceScaling.Ratio,
        Create = values => new Aroon((int)values[0], values[1] == 1),
    };

    /// <summary>The kind of the oscillator alone.</summary>
    internal static IndicatorKind Alone { get; } =
        AlonePart.Of(Definition, 2, "aroonosc", "Aroon oscillator", ["newest", "oldest"], values => new Aroon(Alone!, 2, (int)values[0], values[1] == 1));

    /// <summary>Age of the highest high, as a number: 100 now, 0 as long ago as the indicator looks.</summary>
    public double Up => this[0];

    /// <summary>Age of the lowest low, as a number: 100 now, 0 as long ago as the indicator looks.</summary>
    public double Down => this[1];

    /// <summary>The distance of both.</summary>
    public double Oscillator => this[2];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var highest = _high.Push(state, bar.High);
        _low.Push(state, bar.Low);
        if (!double.IsNaN(highest))
        {
            var to = _alone.At;
            state[to] = 100 * (_period - _high.Age(state)) / _period;
            state[to + 1] = 100 * (_period - _low.Age(state)) / _period;
            state[to + 2] = state[to] - state[to + 1];
            _alone.Give(state, CountOf(state));
        }
    }
}
