namespace OhlcvConnector.Indicators;

/// <summary>Botes and Siepman's vortex: how far highs are above the lows before, and lows below the highs before.</summary>
public sealed class Vortex : Indicator
{
    private readonly TrueRangePart _range;
    private readonly SumPart _plus;
    private readonly SumPart _minus;
    private readonly SumPart _ranges;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public Vortex(int period = 14)
        : base(Definition, period + 1, period)
    {
        _range = new TrueRangePart(this);
        _plus = new SumPart(this, period);
        _minus = new SumPart(this, period);
        _ranges = new SumPart(this, period);
        _at = Claim(2);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "vortex",
        Aliases = ["vi"],
        Title = "Vortex",
        Group = IndicatorGroup.Trend,
        Parameters = [IndicatorParameter.Period("period", 14)],
        Outputs = ["plus", "minus"],
        Takes = BarParts.Prices,
        Formula = "plus = sum of abs(high - low before) / sum of true ranges; minus = sum of abs(low - high before) / the same",
        Reference = "Botes and Siepman 2010; Skender",
        Seed = "from the second candle on",
        Flat = "0 where there was no range",
        Scaling = PriceScaling.Ratio,
        Create = values => new Vortex((int)values[0]),
    };

    /// <summary>Positive line: how far it goes up.</summary>
    public double Plus => this[0];

    /// <summary>Negative line: how far it goes down.</summary>
    public double Minus => this[1];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var (high, low) = (state[_at], state[_at + 1]);
        (state[_at], state[_at + 1]) = (bar.High, bar.Low);
        var range = _range.Push(state, bar);
        if (double.IsNaN(range))
        {
            return;
        }

        var ranges = _ranges.Push(state, range);
        var (plus, minus) = (_plus.Push(state, Math.Abs(bar.High - low)), _minus.Push(state, Math.Abs(bar.Low - high)));
        (state[0], state[1]) = ranges <= 0 ? (0, 0) : (plus / ranges, minus / ranges);
    }
}
