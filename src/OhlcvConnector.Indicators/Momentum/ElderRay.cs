namespace OhlcvConnector.Indicators;

/// <summary>Elder's ray: how far high and low are from an exponential average.</summary>
public sealed class ElderRay : Indicator
{
    private readonly EmaPart _average;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public ElderRay(int period = 13)
        : base(Definition, period, period)
    {
        _average = EmaPart.Of(this, period);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "elderray",
        Aliases = ["eri"],
        Title = "Elder ray",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 13)],
        Outputs = ["bull", "bear", "ema"],
        Takes = BarParts.Prices,
        Formula = "bull = high - EMA(close), bear = low - EMA(close)",
        Reference = "Elder 1989; Skender",
        Seed = "the average of the first n",
        Scaling = PriceScaling.Proportional,
        Create = values => new ElderRay((int)values[0]),
    };

    /// <summary>The high above the average.</summary>
    public double Bull => this[0];

    /// <summary>The low above the average.</summary>
    public double Bear => this[1];

    /// <summary>The average.</summary>
    public double Ema => this[2];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var average = _average.Push(state, bar.Close);
        (state[0], state[1], state[2]) = (bar.High - average, bar.Low - average, average);
    }
}
