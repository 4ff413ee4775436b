namespace OhlcvConnector.Indicators;

/// <summary>Chaikin's volatility: how much the average range grew, in percent.</summary>
public sealed class ChaikinVolatility : Indicator
{
    private readonly EmaPart _average;
    private readonly RingPart _before;

    /// <summary>Makes one.</summary>
    /// <param name="ema">The period of the average of ranges.</param>
    /// <param name="roc">Over how many candles it grew.</param>
    /// <param name="beginsAsFirst">True when the average begins as the first range instead of the average of the first n.</param>
    public ChaikinVolatility(int ema = 10, int roc = 10, bool beginsAsFirst = false)
        : base(Definition, ema + roc, ema, roc, beginsAsFirst ? 1 : 0)
    {
        _average = EmaPart.Of(this, ema, beginsAsFirst);
        _before = new RingPart(this, roc);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "cvi",
        Aliases = ["chaikinvol"],
        Title = "Chaikin volatility",
        Group = IndicatorGroup.Volatility,
        Parameters = [IndicatorParameter.Period("ema", 10), IndicatorParameter.Period("roc", 10), IndicatorParameter.Word("begin", "average", "first")],
        Takes = BarParts.Prices,
        Formula = "100 (e - e before) / e before, e = EMA of high - low",
        Reference = "Chaikin; Achelis 1995; `first`: Tulip CVI, jesse",
        Seed = "the average of the first n; `first`: the first range",
        Flat = "0 where there was no range",
        Scaling = PriceScaling.Ratio,
        Create = values => new ChaikinVolatility((int)values[0], (int)values[1], values[2] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var average = _average.Push(state, bar.High - bar.Low);
        if (double.IsNaN(average))
        {
            return;
        }

        var isFull = _before.IsFull(state);
        var before = _before.Push(state, average);
        if (isFull)
        {
            state[0] = before <= 0 ? 0 : 100 * (average - before) / before;
        }
    }
}
