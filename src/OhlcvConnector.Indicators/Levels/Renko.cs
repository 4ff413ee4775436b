namespace OhlcvConnector.Indicators;

/// <summary>Renko bricks of a fixed height: a candle adds as many as its close went beyond the last one, or none.</summary>
public sealed class Renko : Indicator
{
    private readonly double _brick;

    /// <summary>Makes one.</summary>
    /// <param name="brick">The height of a brick.</param>
    public Renko(double brick = 1)
        : base(Definition, 1, brick) => _brick = brick;

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "renko",
        Title = "Renko bricks",
        Group = IndicatorGroup.Levels,
        Parameters = [IndicatorParameter.Number("brick", 1, 1e-12, 1e12)],
        Outputs = ["close", "open", "direction", "bricks"],
        Formula = "bricks: how many whole heights the close is above the top (positive) or below the bottom (negative) of the last brick; "
            + "close, open: of the last one; direction: 1 up, -1 down, 0 before the first",
        Reference = "Skender Renko, of closes",
        Seed = "the first price, rounded to a multiple of the height",
        Create = values => new Renko(values[0]),
    };

    /// <summary>The end of the last brick.</summary>
    public double Close => this[0];

    /// <summary>The beginning of the last brick.</summary>
    public double Open => this[1];

    /// <summary>Number of bricks that the last candle added: positive up, negative down.</summary>
    public double Bricks => IsWarm ? this[3] : 0;

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (CountOf(state) == 1)
        {
            var start = Math.Round(bar.Close / _brick) * _brick;
            (state[0], state[1], state[2], state[3]) = (start, start, 0, 0);
            return;
        }

        var (top, bottom) = (Math.Max(state[0], state[1]), Math.Min(state[0], state[1]));
        var bricks = bar.Close > top ? Whole(bar.Close - top) : bar.Close < bottom ? -Whole(bottom - bar.Close) : 0;
        state[3] = bricks;
        if (bricks != 0)
        {
            state[0] = (bricks > 0 ? top : bottom) + (bricks * _brick);
            state[2] = Math.Sign(bricks);
            state[1] = state[0] - (state[2] * _brick);
        }
    }

    /// <summary>Returns the number of whole bricks in a distance; what rounding took from a whole one is given back.</summary>
    private double Whole(double distance) => Math.Floor((distance / _brick) + 1e-9);
}
