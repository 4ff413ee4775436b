namespace OhlcvConnector.Indicators;

/// <summary>Wilder's directional movement: how much of the range went up and how much down, and how one-sided that is.</summary>
public sealed class Adx : Indicator
{
    private readonly TrueRangePart _range;
    private readonly EmaPart _average;
    private readonly RingPart _before;
    private readonly int _period;
    private readonly AdxBegin _begin;
    private readonly int _summed;
    private readonly int _known;
    private readonly int _back;
    private readonly AlonePart _alone;
    private readonly int _at; // high, low, sums of ranges, of rises, of falls

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="begin">The way in which the sums begin.</param>
    public Adx(int period = 14, AdxBegin begin = AdxBegin.Wilder)
        : this(Definition, -1, period, begin)
    {
    }

    private Adx(IndicatorKind kind, int alone, int period, AdxBegin begin)
        : base(kind, Warm(period, begin) + Later(alone, period, begin), period, AlonePart.Place(kind, Definition, (int)begin))
    {
        _alone = new AlonePart(this, Definition.Outputs.Count, alone, Warm(period, begin) + Later(alone, period, begin));
        (_period, _begin) = (period, begin);
        _summed = begin == AdxBegin.Wilder ? period : period - 1;
        _known = begin == AdxBegin.Tulip ? period - 1 : period;
        _back = Later(4, period, begin);
        _range = new TrueRangePart(this);
        _average = EmaPart.Wilder(this, period);
        _before = new RingPart(this, _back + 1);
        _at = Claim(5);
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "adx",
        Aliases = ["dmi"],
        Title = "Average directional index",
        Group = IndicatorGroup.Trend,
        Parameters = [IndicatorParameter.Period("period", 14, 2), IndicatorParameter.Word("begin", "wilder", "talib", "tulip")],
        Outputs = ["adx", "plusDi", "minusDi", "dx", "adxr"],
        Takes = BarParts.Prices,
        Formula = "plusDi, minusDi = 100 Wilder's sum of rises of the high, of falls of the low, whichever is larger / that of true ranges; "
            + "dx = 100 abs(plusDi - minusDi) / (plusDi + minusDi); adx = Wilder's average of dx; adxr = (adx + adx n before) / 2",
        Reference = "Wilder 1978; Skender; `talib`: TA-Lib ADX, PLUS_DI, MINUS_DI, DX, ADXR; `tulip`: Tulip",
        Seed = "the sums of the first n; `talib`: of the first n - 1, and one step of smoothing; "
            + "`tulip`: of the first n - 1; both with adxr of n - 1 before. adx: the average of the first n dx",
        Flat = "0 where there was no range, and where neither a rise nor a fall",
        Scaling = PriceScaling.Ratio,
        Create = values => new Adx((int)values[0], (AdxBegin)values[1]),
    };

    private static string[] TalibFirst => ["talib", "wilder", "tulip"];

    /// <summary>The kinds of one output of it.</summary>
    internal static IReadOnlyList<IndicatorKind> Alone { get; } =
    [
        AlonePart.Of(Definition, 1, "plus_di", "Plus directional indicator", TalibFirst, values => new Adx(Alone![0], 1, (int)values[0], (AdxBegin)values[1])),
        AlonePart.Of(
            Definition, 2, "minus_di", "Minus directional indicator", TalibFirst, values => new Adx(Alone![1], 2, (int)values[0], (AdxBegin)values[1])),
        AlonePart.Of(Definition, 3, "dx", "Directional movement index", TalibFirst, values => new Adx(Alone![2], 3, (int)values[0], (AdxBegin)values[1])),
        AlonePart.Of(
            Definition, 4, "adxr", "Average directional index rating", TalibFirst, values => new Adx(Alone![3], 4, (int)values[0], (AdxBegin)values[1])),
    ];

    /// <summary>The share of rises.</summary>
    public double PlusDi => this[1];

    /// <summary>The share of falls.</summary>
    public double MinusDi => this[2];

    /// <summary>Directional movement index: how one-sided the two directions are.</summary>
    public double Dx => this[3];

    /// <summary>The mean of the index and the one before.</summary>
    public double Adxr => this[4];

    private protected override int LaterBy(int output) => Later(output, _period, _begin);

    private static int Warm(int period, AdxBegin begin) => begin == AdxBegin.Tulip ? (2 * period) - 1 : 2 * period;

    private static int Later(int output, int period, AdxBegin begin) => output switch
    {
        <= 0 => 0,
        4 => begin == AdxBegin.Wilder ? period : period - 1,
        _ => 1 - period,
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var (rise, fall) = (bar.High - state[_at], state[_at + 1] - bar.Low);
        (state[_at], state[_at + 1]) = (bar.High, bar.Low);
        var range = _range.Push(state, bar);
        if (double.IsNaN(range))
        {
            return;
        }

        var keeps = CountOf(state) - 1 > _summed ? 1 - (1.0 / _period) : 1;
        var ranges = state[_at + 2] = (keeps * state[_at + 2]) + range;
        var rises = state[_at + 3] = (keeps * state[_at + 3]) + (rise > fall && rise > 0 ? rise : 0);
        var falls = state[_at + 4] = (keeps * state[_at + 4]) + (fall > rise && fall > 0 ? fall : 0);
        if (CountOf(state) <= _known)
        {
            return;
        }

        var to = _alone.At;
        state[to + 1] = ranges == 0 ? 0 : 100 * rises / ranges;
        state[to + 2] = ranges == 0 ? 0 : 100 * falls / ranges;
        state[to + 3] = rises + falls == 0 ? 0 : 100 * Math.Abs(rises - falls) / (rises + falls);
        var index = _average.Push(state, state[to + 3]);
        if (!double.IsNaN(index))
        {
            state[to] = index;
            _before.Push(state, index);
            if (_before.IsFull(state))
            {
                state[to + 4] = (index + _before.Back(state, _back)) / 2;
            }
        }

        _alone.Give(state, CountOf(state));
    }
}
