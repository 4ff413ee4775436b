namespace OhlcvConnector.Indicators;

/// <summary>Tillson's T3: six exponential averages, one of another, combined for little lag.</summary>
public sealed class T3 : Indicator
{
    private readonly EmaPart[] _averages = new EmaPart[6];
    private readonly double _c1;
    private readonly double _c2;
    private readonly double _c3;
    private readonly double _c4;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="factor">The volume factor: 0 is the triple average of averages, 1 the most lively.</param>
    /// <param name="beginTogether">True when all averages begin at the first price, as Skender's, instead of one after the other.</param>
    public T3(int period = 5, double factor = 0.7, bool beginTogether = false)
        : base(Definition, beginTogether ? 1 : (6 * (period - 1)) + 1, period, factor, beginTogether ? 1 : 0)
    {
        var weight = 2.0 / (period + 1);
        var seeds = beginTogether ? 1 : period;
        for (var index = 0; index < _averages.Length; index++)
        {
            _averages[index] = EmaPart.Of(this, seeds, weight);
        }

        var square = factor * factor;
        var cube = square * factor;
        (_c1, _c2, _c3, _c4) = (-cube, 3 * (square + cube), (-6 * square) - (3 * (factor + cube)), 1 + (3 * factor) + cube + (3 * square));
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="factor">The volume factor: 0 is the triple average of averages, 1 the most lively.</param>
    /// <param name="beginTogether">True when all averages begin at the first price, as Skender's, instead of one after the other.</param>
    public T3(Indicator input, int period = 5, double factor = 0.7, bool beginTogether = false)
        : this(period, factor, beginTogether) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "t3",
        Title = "T3 moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters =
        [
            IndicatorParameter.Period("period", 5),
            IndicatorParameter.Number("factor", 0.7, 0, 1),
            IndicatorParameter.Word("begin", "chained", "first"),
        ],
        Formula = "c1 e6 + c2 e5 + c3 e4 + c4 e3; c1 = -v^3, c2 = 3 v^2 + 3 v^3, c3 = -6 v^2 - 3 v - 3 v^3, c4 = 1 + 3 v + v^3 + 3 v^2",
        Reference = "Tillson 1998; TA-Lib T3; `first`: Skender",
        Seed = "each average begins as the average of its first n inputs; `first`: all begin as the first price",
        Scaling = PriceScaling.Price,
        Create = values => new T3((int)values[0], values[1], values[2] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        var value = bar.Close;
        var (third, fourth, fifth) = (0.0, 0.0, 0.0);
        for (var index = 0; index < _averages.Length; index++)
        {
            value = _averages[index].Push(state, value);
            if (double.IsNaN(value))
            {
                return;
            }

            (third, fourth, fifth) =
                index switch { 2 => (value, fourth, fifth), 3 => (third, value, fifth), 4 => (third, fourth, value), _ => (third, fourth, fifth) };
        }

        state[0] = (_c1 * value) + (_c2 * fifth) + (_c3 * fourth) + (_c4 * third);
    }
}
