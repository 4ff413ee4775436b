namespace OhlcvConnector.Indicators;

/// <summary>Chande's variable index dynamic average: an exponential one whose weight follows the momentum.</summary>
public sealed class Vidya : Indicator
{
    private readonly CmoPart _cmo;
    private readonly int _at;
    private readonly double _weight;

    /// <summary>Makes one.</summary>
    /// <param name="period">The period of the exponential average.</param>
    /// <param name="cmo">The number of changes that the momentum oscillator covers; 0: as many as the period.</param>
    public Vidya(int period = 14, int cmo = 0)
        : base(Definition, (cmo == 0 ? period : cmo) + 1, period, cmo)
    {
        _cmo = new CmoPart(this, cmo == 0 ? period : cmo);
        _at = Claim(1);
        _weight = 2.0 / (period + 1);
        Remember(_weight / 4); // the momentum is a quarter or so
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The period of the exponential average.</param>
    /// <param name="cmo">The number of changes that the momentum oscillator covers; 0: as many as the period.</param>
    public Vidya(Indicator input, int period = 14, int cmo = 0)
        : this(period, cmo) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "vidya",
        Title = "Variable index dynamic average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 14), IndicatorParameter.Period("cmo", 0, 0)],
        Formula = "v += 2/(n+1) abs(CMO)/100 (x - v), CMO the plain one",
        Reference = "Chande 1992; LEAN",
        Seed = "the price before the first value",
        Scaling = PriceScaling.Price,
        Create = values => new Vidya((int)values[0], (int)values[1]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var momentum = _cmo.Push(state, bar.Close);
        if (double.IsNaN(momentum))
        {
            state[_at] = bar.Close;
            return;
        }

        state[_at] += _weight * Math.Abs(momentum) / 100 * (bar.Close - state[_at]);
        state[0] = state[_at];
    }
}
