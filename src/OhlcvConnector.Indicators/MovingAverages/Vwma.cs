namespace OhlcvConnector.Indicators;

/// <summary>The volume-weighted moving average.</summary>
public sealed class Vwma : Indicator
{
    private readonly SumPart _money;
    private readonly SumPart _volume;
    private readonly SumPart _price;
    private readonly int _period;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Vwma(int period = 20)
        : base(Definition, period, period)
    {
        _money = new SumPart(this, period);
        _volume = new SumPart(this, period);
        _price = new SumPart(this, period);
        _period = period;
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Vwma(Indicator input, int period = 20)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "vwma",
        Title = "Volume-weighted moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 20)],
        Takes = BarParts.Volume,
        Formula = "sum of price x volume of the last n / sum of their volumes",
        Reference = "Skender; TradingView",
        Flat = "the simple average while nothing is traded",
        Scaling = PriceScaling.Price,
        Create = values => new Vwma((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var money = _money.Push(state, bar.Close * bar.Volume);
        var volume = _volume.Push(state, bar.Volume);
        var price = _price.Push(state, bar.Close);
        state[0] = volume > 0 ? money / volume : price / _period;
    }
}
