namespace OhlcvConnector.Indicators;

/// <summary>Chande's momentum oscillator, -100 to 100.</summary>
public sealed class Cmo : Indicator
{
    private readonly CmoPart _sums;
    private readonly RsiPart _index;
    private readonly bool _isSum;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of changes that it covers.</param>
    /// <param name="isSum">True when rises and falls are plain sums, as Chande's and Skender's, instead of Wilder's averages, as TA-Lib's.</param>
    public Cmo(int period = 14, bool isSum = false)
        : base(Definition, period + 1, period, isSum ? 1 : 0)
    {
        if (isSum)
        {
            _sums = new CmoPart(this, period);
        }
        else
        {
            _index = new RsiPart(this, period);
        }

        _isSum = isSum;
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of changes that it covers.</param>
    /// <param name="isSum">True when rises and falls are plain sums, as Chande's and Skender's, instead of Wilder's averages, as TA-Lib's.</param>
    public Cmo(Indicator input, int period = 14, bool isSum = false)
        : this(period, isSum) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "cmo",
        Title = "Chande momentum oscillator",
        Group = IndicatorGroup.Momentum,
        Parameters = [IndicatorParameter.Period("period", 14), IndicatorParameter.Word("smoothing", "wilder", "sum")],
        Formula = "100 (rises - falls) / (rises + falls)",
        Reference = "Chande 1994; TA-Lib CMO; `sum`: Skender",
        Seed = "Wilder's averages begin as those of the first n changes",
        Flat = "0 while there is neither a rise nor a fall",
        Scaling = PriceScaling.Ratio,
        Create = values => new Cmo((int)values[0], values[1] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state) =>
        state[0] = _isSum ? _sums.Push(state, bar.Close) : (2 * _index.Push(state, bar.Close, flat: 50)) - 100;
}
