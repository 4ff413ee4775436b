namespace OhlcvConnector.Indicators;

/// <summary>The relative volume: how many times that of the candles before was traded.</summary>
public sealed class RelativeVolume : Indicator
{
    private readonly SumPart _volumes;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles before it that it is compared with.</param>
    public RelativeVolume(int period = 20)
        : base(Definition, period + 1, period)
    {
        _volumes = new SumPart(this, period);
        _at = Claim(1);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "rvol",
        Title = "Relative volume",
        Group = IndicatorGroup.Volume,
        Parameters = [IndicatorParameter.Period("period", 20)],
        Source = PriceSource.Volume,
        Formula = "volume / average volume of the n candles before",
        Reference = "charts' usual",
        Flat = "1 where nothing is traded and nothing was, else 0 where nothing was",
        Scaling = PriceScaling.Ratio,
        Create = values => new RelativeVolume((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var before = state[_at];
        state[_at] = _volumes.Mean(state, bar.Close);
        if (CountOf(state) > 1)
        {
            state[0] = before > 0 || double.IsNaN(before) ? bar.Close / before : bar.Close == 0 ? 1 : 0;
        }
    }
}
