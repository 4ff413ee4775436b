using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>The volume-weighted average price since a session began, or since the first candle, with bands.</summary>
public sealed class Vwap : Indicator
{
    private static readonly Interval[] Sessions = [Interval.OneDay, Interval.OneWeek, Interval.OneMonth];

    private readonly int _at; // last open time, open time of the session, volume, moments about the session's first price, that price, its candles
    private readonly int _anchor;
    private readonly double _multiplier;

    /// <summary>Makes one.</summary>
    /// <param name="anchor">The time at which it begins anew.</param>
    /// <param name="multiplier">The number of deviations that the bands are away.</param>
    public Vwap(VwapAnchor anchor = VwapAnchor.Day, double multiplier = 2)
        : base(Definition, 1, (double)anchor, multiplier) => (_at, _anchor, _multiplier) = (Claim(6), (int)anchor, multiplier);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "vwap",
        Title = "Volume-weighted average price",
        Group = IndicatorGroup.MovingAverage,
        Parameters = [IndicatorParameter.Word("anchor", "day", "week", "month", "first"), IndicatorParameter.Number("multiplier", 2, 0, 100)],
        Outputs = ["vwap", "upper", "lower"],
        Takes = BarParts.Volume,
        Source = PriceSource.Hlc3,
        Formula = "sum of price x volume since the anchor / sum of volumes; bands: the weighted deviation times the multiplier",
        Reference = "Skender VWAP, on hlc3",
        Seed = "anew each UTC day, week or month, or never (`first`). Candles of a day or longer (this one and the one before both open at midnight), and bars without times, are one session of `day`",
        Flat = "the session's first price while nothing is traded",
        Scaling = PriceScaling.Proportional,
        Create = values => new Vwap((VwapAnchor)(int)values[0], values[1]),
    };

    /// <summary>The upper band.</summary>
    public double Upper => this[1];

    /// <summary>The lower band.</summary>
    public double Lower => this[2];

    private protected override Interval? OwnSession => _anchor < Sessions.Length ? Sessions[_anchor] : null;

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (CountOf(state) == 1 || IsNewSession(bar.OpenMs, (long)state[_at]))
        {
            (state[_at + 1], state[_at + 2], state[_at + 3], state[_at + 4]) = (0, 0, 0, bar.Close);
        }

        state[_at] = bar.OpenMs;
        var distance = bar.Close - state[_at + 4];
        state[_at + 1] += bar.Volume;
        state[_at + 2] += bar.Volume * distance;
        state[_at + 3] += bar.Volume * distance * distance;
        var volume = state[_at + 1];
        var mean = volume > 0 ? state[_at + 2] / volume : 0;
        var deviation = volume > 0 ? Math.Sqrt(Math.Max((state[_at + 3] / volume) - (mean * mean), 0)) : 0;
        state[0] = state[_at + 4] + mean;
        state[1] = state[0] + (_multiplier * deviation);
        state[2] = state[0] - (_multiplier * deviation);
    }

    private bool IsNewSession(long openMs, long before)
    {
        if (_anchor >= Sessions.Length || openMs == Bar.NoTime)
        {
            return false;
        }

        var areDays = Interval.OneDay.FloorMs(openMs) == openMs && Interval.OneDay.FloorMs(before) == before;
        return Sessions[_anchor].FloorMs(openMs) != Sessions[_anchor].FloorMs(before) && !(_anchor == 0 && areDays);
    }
}
