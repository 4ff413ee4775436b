namespace OhlcvConnector.Indicators;

/// <summary>Granville's on-balance volume: the volume of candles that rose less that of those that fell.</summary>
public sealed class Obv : Indicator
{
    private readonly bool _beginsWithVolume;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="beginsWithVolume">True when it begins as the first candle's volume instead of 0.</param>
    public Obv(bool beginsWithVolume = false)
        : base(Definition, 1, beginsWithVolume ? 1 : 0)
    {
        _beginsWithVolume = beginsWithVolume;
        _at = Claim(2);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "obv",
        Title = "On-balance volume",
        Group = IndicatorGroup.Volume,
        Parameters = [IndicatorParameter.Word("begin", "zero", "volume")],
        Takes = BarParts.Volume,
        Formula = "o += volume where the close rose, o -= volume where it fell",
        Reference = "Granville 1963; Skender, Tulip, TradingView; `volume`: TA-Lib OBV, LEAN",
        Seed = "0; `volume`: the first candle's volume",
        Scaling = PriceScaling.Ratio,
        Create = values => new Obv(values[0] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        state[_at] += CountOf(state) == 1 ? _beginsWithVolume ? bar.Volume : 0 : Math.Sign(bar.Close - state[_at + 1]) * bar.Volume;
        state[_at + 1] = bar.Close;
        state[0] = state[_at];
    }
}
