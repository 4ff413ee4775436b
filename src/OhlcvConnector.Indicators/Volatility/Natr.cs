namespace OhlcvConnector.Indicators;

/// <summary>The average true range in percent of the close.</summary>
public sealed class Natr : Indicator
{
    private readonly AtrPart _range;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of ranges that it covers.</param>
    /// <param name="countsFirst">True when the first candle, which has no close before it, counts with its own range.</param>
    public Natr(int period = 14, bool countsFirst = false)
        : base(Definition, countsFirst ? period : period + 1, period, countsFirst ? 1 : 0) => _range = new AtrPart(this, period, countsFirst);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "natr",
        Aliases = ["atrp"],
        Title = "Normalised average true range",
        Group = IndicatorGroup.Volatility,
        Parameters = [IndicatorParameter.Period("period", 14), IndicatorParameter.Word("begin", "second", "first")],
        Takes = BarParts.Prices,
        Formula = "100 ATR / close",
        Reference = "TA-Lib NATR; Skender ATRP; `first`: Tulip",
        Seed = "as atr",
        Flat = "0 where the close is 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Natr((int)values[0], values[1] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var range = _range.Push(state, bar);
        state[0] = bar.Close == 0 && !double.IsNaN(range) ? 0 : 100 * range / bar.Close;
    }
}
