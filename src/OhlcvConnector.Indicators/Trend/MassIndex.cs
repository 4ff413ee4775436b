namespace OhlcvConnector.Indicators;

/// <summary>Dorsey's mass index: how ranges widen, which foretells reversals.</summary>
public sealed class MassIndex : Indicator
{
    private readonly EmaPart _first;
    private readonly EmaPart _second;
    private readonly SumPart _sum;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of ratios that are summed.</param>
    /// <param name="ema">The period of both averages.</param>
    /// <param name="beginsAsFirst">True when the averages begin as their first value instead of the average of the first n.</param>
    public MassIndex(int period = 25, int ema = 9, bool beginsAsFirst = false)
        : base(Definition, (2 * ema) + period - 2, period, ema, beginsAsFirst ? 1 : 0)
    {
        _first = EmaPart.Of(this, ema, beginsAsFirst);
        _second = EmaPart.Of(this, ema, beginsAsFirst);
        _sum = new SumPart(this, period);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "mass",
        Aliases = ["massindex", "mi"],
        Title = "Mass index",
        Group = IndicatorGroup.Trend,
        Parameters = [IndicatorParameter.Period("period", 25), IndicatorParameter.Period("ema", 9), IndicatorParameter.Word("begin", "average", "first")],
        Takes = BarParts.Prices,
        Formula = "sum of the last n of EMA(h - l) / EMA(EMA(h - l))",
        Reference = "Dorsey 1992; LEAN; `first`: Tulip MASS, jesse",
        Seed = "the average of the first n of each; `first`: the first value",
        Flat = "a ratio is 1 where there never was a range",
        Scaling = PriceScaling.Ratio,
        Create = values => new MassIndex((int)values[0], (int)values[1], values[2] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var first = _first.Push(state, bar.High - bar.Low);
        if (double.IsNaN(first))
        {
            return;
        }

        var second = _second.Push(state, first);
        if (!double.IsNaN(second))
        {
            state[0] = _sum.Push(state, second <= 0 ? 1 : first / second);
        }
    }
}
