namespace OhlcvConnector.Indicators;

/// <summary>Ehlers' super smoother: a filter of two poles that lets nothing shorter than its period through.</summary>
public sealed class SuperSmoother : Indicator
{
    private readonly int _at;
    private readonly double _c1;
    private readonly double _c2;
    private readonly double _c3;

    /// <summary>Makes one.</summary>
    /// <param name="period">The shortest cycle that passes, in candles.</param>
    public SuperSmoother(int period = 14)
        : base(Definition, 1, period)
    {
        _at = Claim(3);
        var decay = Math.Exp(-1.414 * Math.PI / period);
        _c2 = 2 * decay * Math.Cos(1.414 * Math.PI / period);
        _c3 = -decay * decay;
        _c1 = 1 - _c2 - _c3;
        Remember(1 - decay);
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The shortest cycle that passes, in candles.</param>
    public SuperSmoother(Indicator input, int period = 14)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "supersmoother",
        Aliases = ["ssf"],
        Title = "Super smoother",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 14, 2)],
        Formula = "s = c1 (x + x1)/2 + c2 s1 + c3 s2; a = exp(-1.414 pi/n), c2 = 2 a cos(1.414 pi/n), c3 = -a^2, c1 = 1 - c2 - c3",
        Reference = "Ehlers 2013; jesse",
        Seed = "as if all prices before had been the first",
        Scaling = PriceScaling.Price,
        Create = values => new SuperSmoother((int)values[0]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (CountOf(state) == 1)
        {
            (state[_at], state[_at + 1], state[_at + 2]) = (bar.Close, bar.Close, bar.Close);
        }

        var value = (_c1 * (bar.Close + state[_at]) / 2) + (_c2 * state[_at + 1]) + (_c3 * state[_at + 2]);
        (state[_at], state[_at + 1], state[_at + 2]) = (bar.Close, value, state[_at + 1]);
        state[0] = value;
    }
}
