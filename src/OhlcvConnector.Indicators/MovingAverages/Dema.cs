namespace OhlcvConnector.Indicators;

/// <summary>Double exponential moving average, with less lag than the plain one.</summary>
public sealed class Dema : Indicator
{
    private readonly EmaPart _first;
    private readonly EmaPart _second;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="beginTogether">True when all averages begin together, at the first one's beginning, as Skender's, instead of one after the other.</param>
    public Dema(int period = 30, bool beginTogether = false)
        : base(Definition, beginTogether ? period : (2 * (period - 1)) + 1, period, beginTogether ? 1 : 0)
    {
        _first = EmaPart.Of(this, period);
        _second = Next(period, beginTogether);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="beginTogether">True when all averages begin together, at the first one's beginning, as Skender's, instead of one after the other.</param>
    public Dema(Indicator input, int period = 30, bool beginTogether = false)
        : this(period, beginTogether) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "dema",
        Title = "Double exponential moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 30), IndicatorParameter.Word("begin", "chained", "together")],
        Formula = "2 e1 - e2, each the EMA of the one before",
        Reference = "Mulloy 1994; TA-Lib DEMA; `together`: Skender",
        Seed = "each average begins as the average of its first n inputs; `together`: all begin as the average of the first n prices",
        Scaling = PriceScaling.Price,
        Create = values => new Dema((int)values[0], values[1] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var first = _first.Push(state, bar.Close);
        if (double.IsNaN(first))
        {
            return;
        }

        var second = _second.Push(state, first);
        state[0] = (2 * first) - second;
    }

    private EmaPart Next(int period, bool beginTogether) => EmaPart.Of(this, beginTogether ? 1 : period, 2.0 / (period + 1));
}
