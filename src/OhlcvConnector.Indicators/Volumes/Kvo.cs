using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>Klinger's volume oscillator: the distance of two averages of the volume force, and its signal.</summary>
public sealed class Kvo : Indicator
{
    private readonly EmaPart _fast;
    private readonly EmaPart _slow;
    private readonly EmaPart _signal;
    private readonly int _later;
    private readonly bool _isKlinger;
    private readonly int _at; // hlc, trend, range, cumulated range, force

    /// <summary>Makes one.</summary>
    /// <param name="fast">The period of the fast average.</param>
    /// <param name="slow">The period of the slow average, longer than the fast one.</param>
    /// <param name="signal">The period of the signal.</param>
    /// <param name="isKlinger">True when the force, trend and averages are those of Klinger's article as Tulip has them.</param>
    public Kvo(int fast = 34, int slow = 55, int signal = 13, bool isKlinger = false)
        : base(Definition, isKlinger ? 2 : slow + 2, fast, slow, signal, isKlinger ? 1 : 0)
    {
        if (fast >= slow)
        {
            throw new InvalidSettingException($"kvo: fast is shorter than slow, not {fast} and {slow}.");
        }

        _isKlinger = isKlinger;
        _later = isKlinger ? 0 : signal - 1;
        _fast = Average(fast);
        _slow = Average(slow);
        _signal = Average(signal);
        _at = Claim(5);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "kvo",
        Aliases = ["klinger"],
        Title = "Klinger volume oscillator",
        Group = IndicatorGroup.Volume,
        Parameters =
        [
            IndicatorParameter.Period("fast", 34), IndicatorParameter.Period("slow", 55, 2), IndicatorParameter.Period("signal", 13),
            IndicatorParameter.Word("force", "skender", "klinger"),
        ],
        Outputs = ["kvo", "signal"],
        Takes = BarParts.Prices | BarParts.Volume,
        Formula = "EMA(fast) - EMA(slow) of the force 100 t volume abs(2 (d / m - 1)); `klinger`: abs(2 d / m - 1); "
            + "d = h - l, m its sum while t, the direction of h + l + c, lasts",
        Reference = "Klinger 1997; Skender; `klinger`: Tulip",
        Seed = "from the third candle on, the averages of the first n; "
            + "`klinger`: from the second candle on, the first force, an unchanged h + l + c leaves the direction",
        Flat = "the force is 0 without volume, and that of the candle before without ranges",
        Scaling = PriceScaling.Ratio,
        Create = values => new Kvo((int)values[0], (int)values[1], (int)values[2], values[3] == 1),
    };

    /// <summary>The average of the oscillator.</summary>
    public double Signal => this[1];

    private protected override int LaterBy(int output) => output == 0 ? 0 : _later;

    private protected override void Advance(in Bar bar, double[] state)
    {
        var price = bar.High + bar.Low + bar.Close;
        var (before, trendBefore, rangeBefore) = (state[_at], state[_at + 1], state[_at + 2]);
        var range = bar.High - bar.Low;
        (state[_at], state[_at + 2]) = (price, range);
        if (CountOf(state) == 1)
        {
            return;
        }

        var trend = price > before ? 1 : price == before && _isKlinger ? trendBefore : -1;
        state[_at + 1] = trend;
        if (_isKlinger)
        {
            state[_at + 3] = trend == trendBefore && CountOf(state) > 2 ? state[_at + 3] + range : rangeBefore + range;
        }
        else if (CountOf(state) == 2)
        {
            return; // as in Skender the sum of ranges begins at 0 with the second candle
        }
        else
        {
            state[_at + 3] = trend == trendBefore ? state[_at + 3] + range : rangeBefore + range;
        }

        state[_at + 4] = Force(bar.Volume, trend, range, state[_at + 3], state[_at + 4]);
        state[0] = _fast.Push(state, state[_at + 4]) - _slow.Push(state, state[_at + 4]);
        if (!double.IsNaN(state[0]))
        {
            state[1] = _signal.Push(state, state[0]);
        }
    }

    private double Force(double volume, double trend, double range, double sum, double before)
    {
        if (_isKlinger)
        {
            return sum == 0 ? (volume == 0 ? 0 : before) : volume * Math.Abs((2 * range / sum) - 1) * 100 * trend;
        }

        return range == sum || volume == 0 ? 0
            : range == 0 ? volume * 2 * trend * 100
            : sum != 0 ? volume * Math.Abs(2 * ((range / sum) - 1)) * trend * 100 : before;
    }

    private EmaPart Average(int period) => _isKlinger ? EmaPart.Of(this, 1, 2.0 / (period + 1), isFirst: true) : EmaPart.Of(this, period);
}
