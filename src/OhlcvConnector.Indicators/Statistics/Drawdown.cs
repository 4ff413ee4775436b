namespace OhlcvConnector.Indicators;

/// <summary>Drawdown: how far a number is below the highest one, in percent of it, and how far it was at most.</summary>
public sealed class Drawdown : Indicator
{
    private readonly ExtremePart _high;
    private readonly ExtremePart _deepest;
    private readonly bool _isWindow;
    private readonly int _at; // the highest of all
    private readonly int _period;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers; 0 for all since the first.</param>
    public Drawdown(int period = 0)
        : base(Definition, Math.Max(period, 1), period)
    {
        (_isWindow, _period) = (period > 0, period);
        (_high, _deepest, _at) = (ExtremePart.Highest(this, Math.Max(period, 1)), ExtremePart.Lowest(this, Math.Max(period, 1)), Claim(1));
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers; 0 for all since the first.</param>
    public Drawdown(Indicator input, int period = 0)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "drawdown",
        Aliases = ["dd"],
        Title = "Drawdown",
        Group = IndicatorGroup.Statistics,
        Parameters = [IndicatorParameter.Period("period", 0, 0)],
        Outputs = ["drawdown", "deepest"],
        Formula = "100 (x / highest of the last n - 1); deepest: the lowest of the last n of these; n = 0: since the first candle",
        Reference = "usual",
        Seed = "deepest covers drawdowns from the n-th candle on",
        Flat = "0 where the highest is 0 or less",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Drawdown((int)values[0]),
    };

    /// <summary>The lowest drawdown.</summary>
    public double Deepest => this[1];

    private protected override void Advance(in Bar bar, double[] state)
    {
        var isFirst = CountOf(state) == 1;
        var high = _isWindow ? _high.Push(state, bar.Close) : state[_at] = isFirst ? bar.Close : Math.Max(state[_at], bar.Close);
        if (_isWindow && CountOf(state) < _period)
        {
            return;
        }

        var drawdown = high > 0 ? 100 * ((bar.Close / high) - 1) : 0;
        if (_isWindow)
        {
            _deepest.Push(state, drawdown);
        }

        state[1] = _isWindow ? _deepest.SoFar(state) : isFirst ? drawdown : Math.Min(state[1], drawdown);
        state[0] = drawdown;
    }
}
