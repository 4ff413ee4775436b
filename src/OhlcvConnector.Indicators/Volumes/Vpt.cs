namespace OhlcvConnector.Indicators;

/// <summary>The volume price trend: all volume so far, each times the relative change of its candle.</summary>
public sealed class Vpt : Indicator
{
    private readonly int _at;

    /// <summary>Makes one.</summary>
    public Vpt()
        : base(Definition, 1) => _at = Claim(2);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "vpt",
        Aliases = ["pvt"],
        Title = "Volume price trend",
        Group = IndicatorGroup.Volume,
        Takes = BarParts.Volume,
        Formula = "v += volume (c - c before) / c before",
        Reference = "Achelis 1995; TradingView PVT",
        Seed = "0",
        Flat = "a candle after a close of 0 adds nothing",
        Scaling = PriceScaling.ScaleFree,
        Create = _ => new Vpt(),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var before = state[_at + 1];
        state[_at] += before == 0 ? 0 : bar.Volume * (bar.Close - before) / before;
        state[_at + 1] = bar.Close;
        state[0] = state[_at];
    }
}
