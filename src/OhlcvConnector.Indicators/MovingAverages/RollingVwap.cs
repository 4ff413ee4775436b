namespace OhlcvConnector.Indicators;

/// <summary>The volume-weighted average price of the last candles.</summary>
public sealed class RollingVwap : Indicator
{
    private readonly SumPart _volume;
    private readonly SumPart _first;
    private readonly SumPart _second;
    private readonly SumPart _price;
    private readonly int _at;
    private readonly int _period;
    private readonly double _multiplier;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="multiplier">The number of deviations that the bands are away.</param>
    public RollingVwap(int period = 50, double multiplier = 2)
        : base(Definition, period, period, multiplier)
    {
        _volume = new SumPart(this, period);
        _first = new SumPart(this, period);
        _second = new SumPart(this, period);
        _price = new SumPart(this, period);
        _at = Claim(1);
        (_period, _multiplier) = (period, multiplier);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="multiplier">The number of deviations that the bands are away.</param>
    public RollingVwap(Indicator input, int period = 50, double multiplier = 2)
        : this(period, multiplier) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "rvwap",
        Title = "Rolling volume-weighted average price",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 50), IndicatorParameter.Number("multiplier", 2, 0, 100)],
        Outputs = ["vwap", "upper", "lower"],
        Takes = BarParts.Volume,
        Source = PriceSource.Hlc3,
        Formula = "sum of price x volume of the last n / sum of their volumes; bands: the weighted deviation times the multiplier",
        Reference = "LEAN VWAP",
        Flat = "the plain average while nothing is traded",
        Scaling = PriceScaling.Proportional,
        Create = values => new RollingVwap((int)values[0], values[1]),
    };

    /// <summary>The average price.</summary>
    public double Vwap => this[0];

    /// <summary>The upper band.</summary>
    public double Upper => this[1];

    /// <summary>The lower band.</summary>
    public double Lower => this[2];

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (CountOf(state) == 1)
        {
            state[_at] = bar.Close; // prices are taken from here, so that the squares are small
        }

        var distance = bar.Close - state[_at];
        var volume = _volume.Push(state, bar.Volume);
        var first = _first.Push(state, distance * bar.Volume);
        var second = _second.Push(state, distance * distance * bar.Volume);
        var plain = _price.Push(state, distance);
        if (double.IsNaN(volume))
        {
            return;
        }

        var mean = volume > 0 ? first / volume : plain / _period;
        var deviation = volume > 0 ? Math.Sqrt(Math.Max((second / volume) - (mean * mean), 0)) : 0;
        state[0] = state[_at] + mean;
        state[1] = state[0] + (_multiplier * deviation);
        state[2] = state[0] - (_multiplier * deviation);
    }
}
