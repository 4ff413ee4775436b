namespace OhlcvConnector.Indicators;

/// <summary>Elder's force index: the average of changes times volumes.</summary>
public sealed class ForceIndex : Indicator
{
    private readonly EmaPart _average;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="period">The period of the average.</param>
    public ForceIndex(int period = 13)
        : base(Definition, period + 1, period)
    {
        _average = EmaPart.Of(this, period);
        _at = Claim(1);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "force",
        Aliases = ["fi", "efi", "forceindex"],
        Title = "Force index",
        Group = IndicatorGroup.Volume,
        Parameters = [IndicatorParameter.Period("period", 13)],
        Takes = BarParts.Volume,
        Formula = "EMA of (c - c before) x volume",
        Reference = "Elder 1993; Skender, LEAN",
        Seed = "the average of the first n",
        Scaling = PriceScaling.Difference,
        Create = values => new ForceIndex((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var change = bar.Close - state[_at];
        state[_at] = bar.Close;
        if (CountOf(state) > 1)
        {
            state[0] = _average.Push(state, change * bar.Volume);
        }
    }
}
