namespace OhlcvConnector.Indicators;

/// <summary>Arnaud Legoux' moving average: weights on a bell that leans to the newest.</summary>
public sealed class Alma : Indicator
{
    private readonly RingPart _prices;
    private readonly double[] _weights;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="offset">The place of the bell's top: 0 the oldest, 1 the newest.</param>
    /// <param name="sigma">The narrowness of the bell: a larger number makes it narrower.</param>
    /// <param name="isFloored">True when the top is on a whole candle, as LEAN's.</param>
    public Alma(int period = 9, double offset = 0.85, double sigma = 6, bool isFloored = false)
        : base(Definition, period, period, offset, sigma, isFloored ? 1 : 0)
    {
        _prices = new RingPart(this, period);
        _weights = new double[period];
        var top = offset * (period - 1);
        top = isFloored ? Math.Floor(top) : top;
        var width = period / sigma;
        var sum = 0.0;
        for (var index = 0; index < period; index++)
        {
            sum += _weights[index] = Math.Exp(-(index - top) * (index - top) / (2 * width * width));
        }

        for (var index = 0; index < period; index++)
        {
            _weights[index] /= sum;
        }
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="offset">The place of the bell's top: 0 the oldest, 1 the newest.</param>
    /// <param name="sigma">The narrowness of the bell: a larger number makes it narrower.</param>
    /// <param name="isFloored">True when the top is on a whole candle, as LEAN's.</param>
    public Alma(Indicator input, int period = 9, double offset = 0.85, double sigma = 6, bool isFloored = false)
        : this(period, offset, sigma, isFloored) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "alma",
        Title = "Arnaud Legoux moving average",
        Group = IndicatorGroup.MovingAverage,
        Parameters =
        [
            IndicatorParameter.Period("period", 9),
            IndicatorParameter.Number("offset", 0.85, 0, 1),
            IndicatorParameter.Number("sigma", 6, 0.1, 1000),
            IndicatorParameter.Word("top", "exact", "floor"),
        ],
        Formula = "weights exp(-(i - m)^2 / (2 s^2)), m = offset (n - 1), s = n / sigma; O(window)",
        Reference = "Legoux and Kouzis Loukas 2009; Skender; `floor`: LEAN",
        Scaling = PriceScaling.Price,
        Create = values => new Alma((int)values[0], values[1], values[2], values[3] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        _prices.Push(state, bar.Close);
        if (!_prices.IsFull(state))
        {
            return;
        }

        var value = 0.0;
        var weight = 0;
        foreach (var price in _prices.Older(state))
        {
            value += _weights[weight++] * price;
        }

        foreach (var price in _prices.Newer(state))
        {
            value += _weights[weight++] * price;
        }

        state[0] = value;
    }
}
