using Candles = OhlcvConnector.Indicators.CandlesPart.Candles;

namespace OhlcvConnector.Indicators;

/// <summary>
/// A break out of an inside candle that failed: 100 or -100 when it breaks out, 200 or -200 when one of the next three candles closes beyond the inside candle
/// on the other side. Plain, or modified: two inside candles, the first of which closes near its end.
/// </summary>
internal sealed class Hikkake : Indicator
{
    private const int Confirms = 3;

    private readonly CandlesPart _candles;
    private readonly int _at; // the pattern that waits to be confirmed, when it came, high and low of its inside candle
    private readonly int _warmUp;
    private readonly bool _isModified;

    private Hikkake(IndicatorKind kind, int warmUp, bool isModified)
        : base(kind, warmUp)
    {
        (_warmUp, _isModified) = (warmUp, isModified);
        _candles = new CandlesPart(this);
        _at = Claim(4);
    }

    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        Describe("cdlhikkake", "Hikkake", 6, isModified: false,
            "an inside candle, and one with a higher high and low (bearish) or a lower high and low (bullish); 200 when confirmed"),
        Describe("cdlhikkakemod", "Modified hikkake", 11, isModified: true,
            "as the hikkake, with two inside candles one in the other, the first closing near its end on the side of the break; 200 when confirmed"),
    ];

    private static IndicatorKind Describe(string name, string title, int warmUp, bool isModified, string words)
    {
        IndicatorKind? kind = null;
        return kind = new IndicatorKind
        {
            Name = name,
            Title = title,
            Group = IndicatorGroup.Pattern,
            Takes = BarParts.Prices,
            Formula = words,
            Reference = $"TA-Lib {name.ToUpperInvariant()}",
            Scaling = PriceScaling.ScaleFree,
            Create = _ => new Hikkake(kind!, warmUp, isModified),
        };
    }

    private protected override void Advance(in Bar bar, double[] state)
    {
        var candles = _candles.Push(state, bar);
        var count = CountOf(state);
        if (count <= _warmUp - 1 - Confirms)
        {
            return;
        }

        var value = _isModified ? Modified(candles) : Plain(candles);
        if (value != 0)
        {
            (state[_at], state[_at + 1], state[_at + 2], state[_at + 3]) = (value, count, candles.High(1), candles.Low(1));
        }
        else if (state[_at] != 0 && count <= state[_at + 1] + Confirms && (state[_at] > 0 ? bar.Close > state[_at + 2] : bar.Close < state[_at + 3]))
        {
            value = (int)(2 * state[_at]);
            state[_at] = 0;
        }

        if (count >= _warmUp)
        {
            state[0] = value;
        }
    }

    private static int Plain(Candles c) => c.High(1) < c.High(2) && c.Low(1) > c.Low(2) ? Breaks(c) : 0;

    private static int Modified(Candles c)
    {
        var way = c.High(2) < c.High(3) && c.Low(2) > c.Low(3) && c.High(1) < c.High(2) && c.Low(1) > c.Low(2) ? Breaks(c) : 0;
        return (way > 0 && c.Close(2) <= c.Low(2) + c.Near(2)) || (way < 0 && c.Close(2) >= c.High(2) - c.Near(2)) ? way : 0;
    }

    private static int Breaks(Candles c) => c.High(0) < c.High(1) && c.Low(0) < c.Low(1) ? 100 : c.High(0) > c.High(1) && c.Low(0) > c.Low(1) ? -100 : 0;
}
