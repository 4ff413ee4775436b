namespace OhlcvConnector.Indicators;

/// <summary>The positive volume index: follows closes on candles whose volume rose, when the crowd trades.</summary>
public sealed class Pvi : Indicator
{
    private readonly VolumeIndexPart _index;

    /// <summary>Makes one.</summary>
    /// <param name="start">The first value.</param>
    public Pvi(double start = 1000)
        : base(Definition, 1, start) => _index = new VolumeIndexPart(this, 1, start);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "pvi",
        Title = "Positive volume index",
        Group = IndicatorGroup.Volume,
        Parameters = [IndicatorParameter.Number("start", 1000, 1e-9, 1e9)],
        Takes = BarParts.Volume,
        Formula = "i += i (c - c before) / c before where the volume rose",
        Reference = "Dysart 1936, Fosback 1976; Tulip",
        Seed = "the start",
        Flat = "unchanged after a close of 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Pvi(values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state) => state[0] = _index.Push(state, bar);
}
