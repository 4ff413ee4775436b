namespace OhlcvConnector.Indicators;

/// <summary>Kaufman's adaptive moving average: fast in a trend, slow in noise.</summary>
public sealed class Kama : Indicator
{
    private readonly RingPart _prices;
    private readonly SumPart _changes;
    private readonly int _at;
    private readonly double _slow;
    private readonly double _range;

    /// <summary>Makes one.</summary>
    /// <param name="er">The number of changes that the efficiency ratio covers.</param>
    /// <param name="fast">The period of the fastest average.</param>
    /// <param name="slow">The period of the slowest average.</param>
    public Kama(int er = 30, int fast = 2, int slow = 30)
        : base(Definition, er + 1, er, fast, slow)
    {
        _prices = new RingPart(this, er + 1);
        _changes = new SumPart(this, er);
        _at = Claim(1);
        _slow = 2.0 / (slow + 1);
        _range = (2.0 / (fast + 1)) - _slow;
        Remember(4 * _slow * _slow); // the slowest in noise alone
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="er">The number of changes that the efficiency ratio covers.</param>
    /// <param name="fast">The period of the fastest average.</param>
    /// <param name="slow">The period of the slowest average.</param>
    public Kama(Indicator input, int er = 30, int fast = 2, int slow = 30)
        : this(er, fast, slow) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "kama",
        Title = "Kaufman's adaptive moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Period("er", 30, 2), IndicatorParameter.Period("fast", 2), IndicatorParameter.Period("slow", 30)],
        Formula = "k += c (x - k); c = (E (2/(fast+1) - 2/(slow+1)) + 2/(slow+1))^2; E = abs(change over er) / sum of abs(changes)",
        Reference = "Kaufman 1995; TA-Lib KAMA",
        Seed = "the price before the first value",
        Flat = "E is 1",
        Scaling = PriceScaling.Price,
        Create = values => new Kama((int)values[0], (int)values[1], (int)values[2]),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (_prices.Count(state) > 0)
        {
            var volatility = _changes.Push(state, Math.Abs(bar.Close - _prices.Back(state, 0)));
            if (!double.IsNaN(volatility))
            {
                var change = Math.Abs(bar.Close - _prices.Back(state, _changes.Ring.Length - 1));
                var efficiency = volatility <= change ? 1 : change / volatility;
                var weight = (efficiency * _range) + _slow;
                state[_at] += weight * weight * (bar.Close - state[_at]);
                state[0] = state[_at];
                _prices.Push(state, bar.Close);
                return;
            }
        }

        _prices.Push(state, bar.Close);
        state[_at] = bar.Close;
    }
}
