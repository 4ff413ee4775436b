namespace OhlcvConnector.Indicators;

/// <summary>Triple exponential moving average, with less lag than the plain one.</summary>
public sealed class Tema : Indicator
{
    private readonly EmaPart _first;
    private readonly EmaPart _second;
    private readonly EmaPart _third;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="beginTogether">True when all averages begin together, at the first one's beginning, as Skender's, instead of one after the other.</param>
    public Tema(int period = 30, bool beginTogether = false)
        : base(Definition, beginTogether ? period : (3 * (period - 1)) + 1, period, beginTogether ? 1 : 0)
    {
        _first = EmaPart.Of(this, period);
        _second = Next(period, beginTogether);
        _third = Next(period, beginTogether);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="beginTogether">True when all averages begin together, at the first one's beginning, as Skender's, instead of one after the other.</param>
    public Tema(Indicator input, int period = 30, bool beginTogether = false)
        : this(period, beginTogether) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "tema",
        Title = "Triple exponential moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 30), IndicatorParameter.Word("begin", "chained", "together")],
        Formula = "3 e1 - 3 e2 + e3, each the EMA of the one before",
        Reference = "Mulloy 1994; TA-Lib TEMA; `together`: Skender",
        Seed = "each average begins as the average of its first n inputs; `together`: all begin as the average of the first n prices",
        Scaling = PriceScaling.Price,
        Create = values => new Tema((int)values[0], values[1] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var first = _first.Push(state, bar.Close);
        if (double.IsNaN(first))
        {
            return;
        }

        var second = _second.Push(state, first);
        if (!double.IsNaN(second))
        {
            state[0] = (3 * first) - (3 * second) + _third.Push(state, second);
        }
    }

    private EmaPart Next(int period, bool beginTogether) => EmaPart.Of(this, beginTogether ? 1 : period, 2.0 / (period + 1));
}
