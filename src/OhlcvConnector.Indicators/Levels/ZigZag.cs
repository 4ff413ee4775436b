namespace OhlcvConnector.Indicators;

/// <summary>
/// The legs of a market that turn when it goes back by some percent. The leg under way has its end at the farthest price yet, which moves: it repaints. The
/// last turn does not.
/// </summary>
public sealed class ZigZag : Indicator
{
    private readonly double _turn;
    private readonly bool _isHighLow;
    private readonly int _at; // highest and lowest before the first leg

    /// <summary>Makes one.</summary>
    /// <param name="percent">The distance that it goes back before a leg ends, in percent of its farthest price.</param>
    /// <param name="isHighLow">True when highs and lows are taken instead of closes.</param>
    public ZigZag(double percent = 5, bool isHighLow = false)
        : base(Definition, 1, percent, isHighLow ? 1 : 0)
    {
        (_turn, _isHighLow, _at) = (percent / 100, isHighLow, Claim(2));
        Remember(0.01); // a leg lasts until the next turn
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "zigzag",
        Title = "ZigZag",
        Group = IndicatorGroup.Levels,
        Parameters = [IndicatorParameter.Number("percent", 5, 0.001, 99), IndicatorParameter.Word("of", "close", "highlow")],
        Outputs = ["end", "turn", "direction", "signal"],
        Takes = BarParts.Prices,
        Formula = "end: the farthest price of the leg under way; turn: where the leg before ended; direction: 1 up, -1 down, 0 before the first; "
            + "signal: 1 where this candle confirms a low, -1 a high, else 0",
        Reference = "Skender ZigZag",
        Seed = "the first leg begins at the lowest or highest price from which the market went by the percentage; until then both are the first price",
        Repaints = true,
        Scaling = PriceScaling.Other,
        Create = values => new ZigZag(values[0], values[1] != 0),
    };

    /// <summary>The farthest price of the leg under way.</summary>
    public double End => this[0];

    /// <summary>Price at which the leg before ended.</summary>
    public double Turn => this[1];

    /// <summary>Direction of the leg under way: 1 up, -1 down, 0 before the first leg.</summary>
    public int Direction => IsWarm ? (int)this[2] : 0;

    private protected override void Advance(in Bar bar, double[] state)
    {
        var (high, low) = _isHighLow ? (bar.High, bar.Low) : (bar.Close, bar.Close);
        if (CountOf(state) == 1)
        {
            (state[_at], state[_at + 1]) = (high, low);
            (state[0], state[1], state[2], state[3]) = (bar.Close, bar.Close, 0, 0);
            return;
        }

        state[3] = 0;
        switch (state[2])
        {
            case > 0 when high > state[0]:
                state[0] = high;
                break;
            case < 0 when low < state[0]:
                state[0] = low;
                break;
            case > 0 when IsBack(state[0] - low, state[0]):
                Go(state, -1, state[0], low);
                break;
            case < 0 when IsBack(high - state[0], state[0]):
                Go(state, 1, state[0], high);
                break;
            case 0:
                Begin(state, high, low);
                break;
        }
    }

    private static void Go(double[] state, int direction, double turn, double end) =>
        (state[0], state[1], state[2], state[3]) = (end, turn, direction, direction);

    private bool IsBack(double distance, double from) => distance >= _turn * Math.Abs(from) && distance > 0;

    private void Begin(double[] state, double high, double low)
    {
        if (IsBack(high - state[_at + 1], state[_at + 1]))
        {
            Go(state, 1, state[_at + 1], high);
        }
        else if (IsBack(state[_at] - low, state[_at]))
        {
            Go(state, -1, state[_at], low);
        }

        (state[_at], state[_at + 1]) = (Math.Max(state[_at], high), Math.Min(state[_at + 1], low));
    }
}
