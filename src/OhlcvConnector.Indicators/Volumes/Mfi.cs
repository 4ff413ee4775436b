namespace OhlcvConnector.Indicators;

/// <summary>The money flow index: the share of money that went in while the typical price rose, 0 to 100.</summary>
public sealed class Mfi : Indicator
{
    private readonly SumPart _in;
    private readonly SumPart _out;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of changes that it covers.</param>
    public Mfi(int period = 14)
        : base(Definition, period + 1, period)
    {
        _in = new SumPart(this, period);
        _out = new SumPart(this, period);
        _at = Claim(1);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "mfi",
        Title = "Money flow index",
        Group = IndicatorGroup.Volume,
        Parameters = [IndicatorParameter.Period("period", 14)],
        Takes = BarParts.Volume,
        Source = PriceSource.Hlc3,
        Formula = "100 in / (in + out), in the sum of hlc3 x volume of candles whose hlc3 rose, out of those whose fell",
        Reference = "Quong and Soudack 1989; TA-Lib MFI, Skender",
        Flat = "0 where hlc3 neither rose nor fell, or nothing was traded",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Mfi((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var before = state[_at];
        state[_at] = bar.Close;
        if (CountOf(state) == 1)
        {
            return;
        }

        var money = bar.Close * bar.Volume;
        var came = _in.Push(state, bar.Close > before ? money : 0);
        var all = came + _out.Push(state, bar.Close < before ? money : 0);
        state[0] = all <= 0 ? 0 : Math.Clamp(100 * came / all, 0, 100);
    }
}
