namespace OhlcvConnector.Indicators;

/// <summary>Wilder's parabolic stop and reverse: a stop that follows the price ever faster, and changes sides when it is hit.</summary>
public sealed class Psar : Indicator
{
    private readonly double _step;
    private readonly double _most;
    private readonly PsarBegin _begin;
    private readonly int _at; // stop, extreme, acceleration, direction, then high and low of the last candle and of the one before

    /// <summary>Makes one.</summary>
    /// <param name="step">The number that is added to the acceleration with each new extreme.</param>
    /// <param name="max">The largest acceleration.</param>
    /// <param name="begin">The way in which it finds its first direction.</param>
    public Psar(double step = 0.02, double max = 0.2, PsarBegin begin = PsarBegin.Move)
        : base(Definition, 2, step, max, (int)begin)
    {
        (_step, _most, _begin) = (Math.Min(step, max), max, begin);
        _at = Claim(8);
        Remember(0.1); // a stop lasts until it turns
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "psar",
        Aliases = ["sar"],
        Title = "Parabolic stop and reverse",
        Group = IndicatorGroup.Trend,
        Parameters =
        [
            IndicatorParameter.Number("step", 0.02, 0.0001, 1), IndicatorParameter.Number("max", 0.2, 0.0001, 1),
            IndicatorParameter.Word("begin", "move", "rising", "middle"),
        ],
        Outputs = ["sar", "direction"],
        Takes = BarParts.Prices,
        Formula = "s += a (extreme - s), never beyond the last two candles; a grows by step to max with each new extreme; "
            + "when hit, s is the extreme and a the step",
        Reference = "Wilder 1978; TA-Lib SAR; `rising`: Skender, who gives none before the first reversal; `middle`: Tulip",
        Seed = "falling when the second low fell by more than its high rose, from the first candle's high or low; "
            + "`rising`: rising from the first low; `middle`: falling when hl2 fell",
        Create = values => new Psar(values[0], values[1], (PsarBegin)values[2]),
    };

    /// <summary>Direction of the stop: 1 while prices rise, with the stop below, -1 while they fall.</summary>
    public double Direction => this[1];

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (CountOf(state) == 1)
        {
            (state[_at], state[_at + 1], state[_at + 2], state[_at + 3]) = (bar.Low, bar.High, _step, 1);
            Remember(bar, state);
            Remember(bar, state);
            return;
        }

        if (CountOf(state) == 2)
        {
            Begin(bar, state);
        }

        if (CountOf(state) > 2 || _begin != PsarBegin.Move)
        {
            Step(state);
        }

        Follow(bar, state);
        Remember(bar, state);
    }

    /// <summary>Finds the first direction by the second candle.</summary>
    private void Begin(in Bar bar, double[] state)
    {
        var (high, low) = (state[_at + 4], state[_at + 5]);
        if (_begin == PsarBegin.Move)
        {
            var isFalling = low - bar.Low > 0 && low - bar.Low > bar.High - high;
            (state[_at], state[_at + 1], state[_at + 3]) = isFalling ? (high, bar.Low, -1) : (low, bar.High, 1);
            Remember(bar, state); // TA-Lib counts the second candle twice here, and the first one no more
        }
        else if (_begin == PsarBegin.Middle && high + low > bar.High + bar.Low)
        {
            (state[_at], state[_at + 1], state[_at + 3]) = (high, low, -1);
        }
    }

    private void Step(double[] state)
    {
        var stop = state[_at] + (state[_at + 2] * (state[_at + 1] - state[_at]));
        state[_at] = state[_at + 3] > 0
            ? Math.Min(stop, Math.Min(state[_at + 5], state[_at + 7]))
            : Math.Max(stop, Math.Max(state[_at + 4], state[_at + 6]));
    }

    private void Follow(in Bar bar, double[] state)
    {
        var isRising = state[_at + 3] > 0;
        var (against, along) = isRising ? (bar.Low, bar.High) : (bar.High, bar.Low);
        var isHit = (isRising ? against < state[_at] : against > state[_at]) || (against == state[_at] && _begin == PsarBegin.Move);
        if (isHit)
        {
            var extreme = state[_at + 1];
            state[_at] = _begin != PsarBegin.Move ? extreme
                : isRising ? Math.Max(extreme, Math.Max(state[_at + 4], bar.High))
                : Math.Min(extreme, Math.Min(state[_at + 5], bar.Low));
            (state[_at + 1], state[_at + 2], state[_at + 3]) = (against, _step, -state[_at + 3]);
        }
        else if (isRising ? along > state[_at + 1] : along < state[_at + 1])
        {
            (state[_at + 1], state[_at + 2]) = (along, Math.Min(state[_at + 2] + _step, _most));
        }

        (state[0], state[1]) = (state[_at], state[_at + 3]);
    }

    private void Remember(in Bar bar, double[] state)
    {
        (state[_at + 6], state[_at + 7]) = (state[_at + 4], state[_at + 5]);
        (state[_at + 4], state[_at + 5]) = (bar.High, bar.Low);
    }
}
