using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>Ehlers' fractal adaptive moving average.</summary>
public sealed class Frama : Indicator
{
    private readonly RingPart _recent;
    private readonly RingPart _recentLow;
    private readonly ExtremePart _high;
    private readonly ExtremePart _low;
    private readonly ExtremePart _newHigh;
    private readonly ExtremePart _newLow;
    private readonly ExtremePart _oldHigh;
    private readonly ExtremePart _oldLow;
    private readonly int _at;
    private readonly int _half;
    private readonly double _scale;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that the dimension covers; an even number.</param>
    /// <param name="longest">The period of the slowest average.</param>
    public Frama(int period = 16, int longest = 198)
        : base(Definition, period, period, longest)
    {
        if (period % 2 != 0)
        {
            throw new InvalidSettingException($"frama: period is an even number, not {period}.");
        }

        _recent = new RingPart(this, period / 2);
        _recentLow = new RingPart(this, period / 2);
        _high = ExtremePart.Highest(this, period);
        _low = ExtremePart.Lowest(this, period);
        _newHigh = ExtremePart.Highest(this, period / 2);
        _newLow = ExtremePart.Lowest(this, period / 2);
        _oldHigh = ExtremePart.Highest(this, period / 2);
        _oldLow = ExtremePart.Lowest(this, period / 2);
        _at = Claim(1);
        Remember(4.0 / (longest + 1)); // the slowest in noise alone
        (_half, _scale) = (period / 2, Math.Log(2.0 / (longest + 1)));
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "frama",
        Title = "Fractal adaptive moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("period", 16, 2), IndicatorParameter.Period("longest", 198, 2)],
        Takes = BarParts.Prices,
        Formula = "f += a (x - f), a = exp(log(2 / (longest + 1)) (D - 1)), 0.01 to 1; D = (log(N1 + N2) - log N3) / log 2 of the ranges of both halves and the whole",
        Reference = "Ehlers 2005; LEAN",
        Seed = "the middle price before the first value",
        Flat = "D is 0, so that the average is the price",
        Scaling = PriceScaling.Price,
        Create = values => new Frama((int)values[0], (int)values[1]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var price = (bar.High + bar.Low) / 2;
        var (high, low) = (_high.Push(state, bar.High), _low.Push(state, bar.Low));
        var (newHigh, newLow) = (_newHigh.Push(state, bar.High), _newLow.Push(state, bar.Low));
        var isHalf = _recent.IsFull(state);
        var (fallenHigh, fallenLow) = (_recent.Push(state, bar.High), _recentLow.Push(state, bar.Low));
        var (oldHigh, oldLow) = isHalf ? (_oldHigh.Push(state, fallenHigh), _oldLow.Push(state, fallenLow)) : (double.NaN, double.NaN);
        if (double.IsNaN(oldHigh) || double.IsNaN(high))
        {
            state[_at] = price;
            return;
        }

        var halves = ((newHigh - newLow) + (oldHigh - oldLow)) / _half;
        var whole = (high - low) / (2 * _half);
        var dimension = halves > 0 && whole > 0 ? (Math.Log(halves) - Math.Log(whole)) / Math.Log(2) : 0;
        var weight = Math.Clamp(Math.Exp(_scale * (dimension - 1)), 0.01, 1);
        state[_at] += weight * (price - state[_at]);
        state[0] = state[_at];
    }
}
