namespace OhlcvConnector.Indicators;

/// <summary>Heikin-Ashi candles: averaged ones, of which trends are easier to see.</summary>
public sealed class HeikinAshi : Indicator
{
    /// <summary>Makes one.</summary>
    public HeikinAshi()
        : base(Definition, 1) => Remember(0.5);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "heikinashi",
        Aliases = ["ha"],
        Title = "Heikin-Ashi candles",
        Group = IndicatorGroup.Levels,
        Outputs = ["close", "open", "high", "low"],
        Takes = BarParts.Prices,
        Formula = "close = (o + h + l + c) / 4; open = the middle of the open and close before; high, low: the farthest of the candle's and these",
        Reference = "Skender, LEAN",
        Seed = "the first open is the middle of the candle's open and close",
        Scaling = PriceScaling.Price,
        Create = _ => new HeikinAshi(),
    };

    /// <summary>The first price.</summary>
    public double Open => this[1];

    /// <summary>The highest price.</summary>
    public double High => this[2];

    /// <summary>The lowest price.</summary>
    public double Low => this[3];

    /// <summary>The last price.</summary>
    public double Close => this[0];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var open = CountOf(state) == 1 ? (bar.Open + bar.Close) / 2 : (state[1] + state[0]) / 2;
        state[0] = (bar.Open + bar.High + bar.Low + bar.Close) / 4;
        state[1] = open;
        state[2] = Math.Max(bar.High, Math.Max(open, state[0]));
        state[3] = Math.Min(bar.Low, Math.Min(open, state[0]));
    }
}
