namespace OhlcvConnector.Indicators;

/// <summary>Hosoda's Ichimoku: middles of ranges of three lengths, and the cloud of those of some candles ago.</summary>
public sealed class Ichimoku : Indicator
{
    private readonly ExtremePart[] _high;
    private readonly ExtremePart[] _low;
    private readonly RingPart _spanA;
    private readonly RingPart _spanB;
    private readonly int[] _periods;
    private readonly int _shift;

    /// <summary>Makes one.</summary>
    /// <param name="tenkan">The period of the fast line.</param>
    /// <param name="kijun">The period of the slow line, and how many candles ago the cloud is from.</param>
    /// <param name="senkou">The period of the cloud's second side.</param>
    public Ichimoku(int tenkan = 9, int kijun = 26, int senkou = 52)
        : base(Definition, tenkan, tenkan, kijun, senkou)
    {
        _periods = [tenkan, kijun, senkou];
        _shift = kijun;
        _high = [.. _periods.Select(period => ExtremePart.Highest(this, period))];
        _low = [.. _periods.Select(period => ExtremePart.Lowest(this, period))];
        _spanA = new RingPart(this, kijun + 1);
        _spanB = new RingPart(this, kijun + 1);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "ichimoku",
        Title = "Ichimoku",
        Group = IndicatorGroup.Trend,
        Parameters = [IndicatorParameter.Period("tenkan", 9), IndicatorParameter.Period("kijun", 26), IndicatorParameter.Period("senkou", 52)],
        Outputs = ["tenkan", "kijun", "spanA", "spanB"],
        Takes = BarParts.Prices,
        Formula = "middle of highest high and lowest low of each period; "
            + "spanA = mean of tenkan and kijun, spanB = middle of senkou, both of kijun candles ago: the cloud over this candle. "
            + "The lagging line is the close itself, drawn kijun candles back; a value here never knows it",
        Reference = "Hosoda 1969; Skender",
        Scaling = PriceScaling.Price,
        Create = values => new Ichimoku((int)values[0], (int)values[1], (int)values[2]),
    };

    /// <summary>The slow line.</summary>
    public double Kijun => this[1];

    /// <summary>Leading span A: one side of the cloud over this candle.</summary>
    public double SpanA => this[2];

    /// <summary>The other side.</summary>
    public double SpanB => this[3];

    private protected override int LaterBy(int output) => output switch
    {
        0 => 0,
        1 => _periods[1] - _periods[0],
        2 => Math.Max(_periods[0], _periods[1]) + _shift - _periods[0],
        _ => _periods[2] + _shift - _periods[0],
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        state[0] = Middle(0, bar, state);
        state[1] = Middle(1, bar, state);
        _spanA.Push(state, (state[0] + state[1]) / 2);
        _spanB.Push(state, Middle(2, bar, state));
        if (_spanA.IsFull(state))
        {
            state[2] = _spanA.Back(state, _shift);
            state[3] = _spanB.Back(state, _shift);
        }
    }

    private double Middle(int line, in Bar bar, double[] state) => (_high[line].Push(state, bar.High) + _low[line].Push(state, bar.Low)) / 2;
}
