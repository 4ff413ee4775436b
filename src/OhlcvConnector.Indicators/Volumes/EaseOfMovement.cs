namespace OhlcvConnector.Indicators;

/// <summary>Arms' ease of movement: how far the middle of candles moves for the volume it takes.</summary>
public sealed class EaseOfMovement : Indicator
{
    private readonly SumPart _average;
    private readonly double _divisor;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of movements that are averaged.</param>
    /// <param name="divisor">The number that volumes are divided by.</param>
    public EaseOfMovement(int period = 14, double divisor = 10_000)
        : base(Definition, period + 1, period, divisor)
    {
        _average = new SumPart(this, period);
        _divisor = divisor;
        _at = Claim(1);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "emv",
        Aliases = ["eom"],
        Title = "Ease of movement",
        Group = IndicatorGroup.Volume,
        Parameters = [IndicatorParameter.Period("period", 14), IndicatorParameter.Number("divisor", 10_000, 1e-9, 1e15)],
        Takes = BarParts.Prices | BarParts.Volume,
        Formula = "SMA of (hl2 - hl2 before) (h - l) / (volume / divisor)",
        Reference = "Arms; TradingView; `emv:1`: LEAN, Tulip",
        Flat = "a candle without volume counts as 0",
        Scaling = PriceScaling.ShiftFree,
        Create = values => new EaseOfMovement((int)values[0], values[1]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var middle = (bar.High + bar.Low) / 2;
        var move = middle - state[_at];
        state[_at] = middle;
        if (CountOf(state) > 1)
        {
            state[0] = _average.Mean(state, bar.Volume == 0 ? 0 : move * (bar.High - bar.Low) * _divisor / bar.Volume);
        }
    }
}
