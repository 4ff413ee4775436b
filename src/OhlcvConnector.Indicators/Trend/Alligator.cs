namespace OhlcvConnector.Indicators;

/// <summary>Williams' alligator: three smoothed averages, each of some candles ago.</summary>
public sealed class Alligator : Indicator
{
    private readonly EmaPart[] _averages;
    private readonly RingPart[] _before;
    private readonly int[] _warm;
    private readonly int[] _shifts;

    /// <summary>Makes one.</summary>
    /// <param name="jaw">The period of the slowest average.</param>
    /// <param name="jawShift">The number of candles back that it is from.</param>
    /// <param name="teeth">The period of the middle average.</param>
    /// <param name="teethShift">The number of candles back that it is from.</param>
    /// <param name="lips">The period of the fastest average.</param>
    /// <param name="lipsShift">The number of candles back that it is from.</param>
    public Alligator(int jaw = 13, int jawShift = 8, int teeth = 8, int teethShift = 5, int lips = 5, int lipsShift = 3)
        : base(Definition, jaw + jawShift, jaw, jawShift, teeth, teethShift, lips, lipsShift)
    {
        _shifts = [jawShift, teethShift, lipsShift];
        _warm = [jaw + jawShift, teeth + teethShift, lips + lipsShift];
        _averages = [EmaPart.Wilder(this, jaw), EmaPart.Wilder(this, teeth), EmaPart.Wilder(this, lips)];
        _before = [.. _shifts.Select(shift => new RingPart(this, shift + 1))];
    }

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "alligator",
        Title = "Alligator",
        Group = IndicatorGroup.Trend,
        Parameters =
        [
            IndicatorParameter.Period("jaw", 13), IndicatorParameter.Period("jawShift", 8, 0), IndicatorParameter.Period("teeth", 8),
            IndicatorParameter.Period("teethShift", 5, 0), IndicatorParameter.Period("lips", 5), IndicatorParameter.Period("lipsShift", 3, 0),
        ],
        Outputs = ["jaw", "teeth", "lips"],
        Source = PriceSource.Hl2,
        Formula = "Wilder's averages of hl2, each of so many candles ago: what a chart shows over this candle",
        Reference = "Williams 1995; Skender",
        Seed = "the averages of the first n",
        Scaling = PriceScaling.Price,
        Create = values => new Alligator((int)values[0], (int)values[1], (int)values[2], (int)values[3], (int)values[4], (int)values[5]),
    };

    /// <summary>The slowest line.</summary>
    public double Jaw => this[0];

    /// <summary>The middle line.</summary>
    public double Teeth => this[1];

    /// <summary>The fastest line.</summary>
    public double Lips => this[2];

    private protected override int LaterBy(int output) => _warm[output] - _warm[0];

    private protected override void Advance(in Bar bar, double[] state)
    {
        for (var line = 0; line < _averages.Length; line++)
        {
            var average = _averages[line].Push(state, bar.Close);
            if (!double.IsNaN(average))
            {
                _before[line].Push(state, average);
                state[line] = _before[line].IsFull(state) ? _before[line].Back(state, _shifts[line]) : double.NaN;
            }
        }
    }
}
