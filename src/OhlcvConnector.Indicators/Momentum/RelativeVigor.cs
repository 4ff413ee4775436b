namespace OhlcvConnector.Indicators;

/// <summary>The relative vigor index: how far closes are above opens, in parts of the ranges.</summary>
public sealed class RelativeVigor : Indicator
{
    private readonly RingPart _closes;
    private readonly RingPart _ranges;
    private readonly RingPart _lines;
    private readonly SumPart _close;
    private readonly SumPart _range;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    public RelativeVigor(int period = 10)
        : base(Definition, period + 3, period)
    {
        (_closes, _ranges, _lines) = (new RingPart(this, 4), new RingPart(this, 4), new RingPart(this, 4));
        (_close, _range) = (new SumPart(this, period), new SumPart(this, period));
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "rvgi",
        Aliases = ["rvi"],
        Title = "Relative vigor index",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 10)],
        Outputs = ["line", "signal"],
        Takes = BarParts.Prices,
        Formula = "line = SMA((c - o) weighted 1 2 2 1, n) / SMA((h - l) weighted 1 2 2 1, n); signal = line weighted 1 2 2 1",
        Reference = "Ehlers 2002; LEAN RVI",
        Flat = "0 without a range",
        Scaling = PriceScaling.Ratio,
        Create = values => new RelativeVigor((int)values[0]),
    };

    /// <summary>The index.</summary>
    public double Line => this[0];

    /// <summary>The weighted average of the line.</summary>
    public double Signal => this[1];

    private protected override int LaterBy(int output) => 3 * output;

    private protected override void Advance(in Bar bar, double[] state)
    {
        _closes.Push(state, bar.Close - bar.Open);
        _ranges.Push(state, bar.High - bar.Low);
        if (!_closes.IsFull(state))
        {
            return;
        }

        var close = _close.Push(state, Weighted(state, _closes));
        var range = _range.Push(state, Weighted(state, _ranges));
        if (double.IsNaN(close))
        {
            return;
        }

        state[0] = range == 0 ? 0 : close / range;
        _lines.Push(state, state[0]);
        if (_lines.IsFull(state))
        {
            state[1] = Weighted(state, _lines);
        }
    }

    private static double Weighted(double[] state, RingPart ring) =>
        (ring.Back(state, 0) + (2 * ring.Back(state, 1)) + (2 * ring.Back(state, 2)) + ring.Back(state, 3)) / 6;
}
