namespace OhlcvConnector.Indicators;

/// <summary>Donchian's channel: the highest high and the lowest low.</summary>
public sealed class Donchian : Indicator
{
    private readonly ExtremePart _high;
    private readonly ExtremePart _low;
    private readonly bool _isBefore;
    private readonly int _at;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="isBefore">True when these are the candles before this one, so that it can break out.</param>
    public Donchian(int period = 20, bool isBefore = false)
        : base(Definition, isBefore ? period + 1 : period, period, isBefore ? 1 : 0)
    {
        _high = ExtremePart.Highest(this, period);
        _low = ExtremePart.Lowest(this, period);
        _isBefore = isBefore;
        _at = Claim(2);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "donchian",
        Aliases = ["dc"],
        Title = "Donchian channel",
        Group = IndicatorGroup.Volatility,
        Parameters = [IndicatorParameter.Period("period", 20), IndicatorParameter.Word("of", "with", "before")],
        Outputs = ["upper", "middle", "lower"],
        Takes = BarParts.Prices,
        Formula = "the highest high and the lowest low of the last n, this candle with them, and their mean; `before`: of the n before this one",
        Reference = "Donchian; LEAN, TradingView; `before`: Skender",
        Scaling = PriceScaling.Price,
        Create = values => new Donchian((int)values[0], values[1] == 1),
    };

    /// <summary>The highest high.</summary>
    public double Upper => this[0];

    /// <summary>The mean of both.</summary>
    public double Middle => this[1];

    /// <summary>The lowest low.</summary>
    public double Lower => this[2];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var (high, low) = (state[_at], state[_at + 1]);
        (state[_at], state[_at + 1]) = (_high.Push(state, bar.High), _low.Push(state, bar.Low));
        if (!_isBefore)
        {
            (high, low) = (state[_at], state[_at + 1]);
        }
        else if (CountOf(state) == 1)
        {
            return;
        }

        (state[0], state[1], state[2]) = (high, (high + low) / 2, low);
    }
}
