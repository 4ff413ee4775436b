namespace OhlcvConnector.Indicators;

/// <summary>Chaikin's money flow in parts of the volume.</summary>
public sealed class Cmf : Indicator
{
    private readonly SumPart _flow;
    private readonly SumPart _volume;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Cmf(int period = 20)
        : base(Definition, period, period)
    {
        _flow = new SumPart(this, period);
        _volume = new SumPart(this, period);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "cmf",
        Title = "Chaikin money flow",
        Group = IndicatorGroup.Volume,
        Parameters = [IndicatorParameter.Period("period", 20)],
        Takes = BarParts.Prices | BarParts.Volume,
        Formula = "sum of volume ((c - l) - (h - c)) / (h - l) / sum of volume",
        Reference = "Chaikin; Skender, LEAN",
        Flat = "0 while nothing is traded; a candle without a range adds nothing to the flow",
        Scaling = PriceScaling.Ratio,
        Create = values => new Cmf((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var flow = _flow.Push(state, MoneyFlow.Of(bar));
        var volume = _volume.Push(state, bar.Volume);
        state[0] = volume <= 0 ? 0 : flow / volume;
    }
}
