namespace OhlcvConnector.Indicators;

/// <summary>Martin's ulcer index: how deep and how long prices are below their highest.</summary>
public sealed class Ulcer : Indicator
{
    private readonly RingPart _prices;
    private readonly ExtremePart _highest;
    private readonly SumPart _squares;
    private readonly int _period;
    private readonly bool _isRolling;

    /// <summary>Makes one.</summary>
    /// <param name="period">The number of candles that it covers.</param>
    /// <param name="isRolling">True when each candle's highest is that of the n before it, instead of that since the window's beginning.</param>
    public Ulcer(int period = 14, bool isRolling = false)
        : base(Definition, isRolling ? (2 * period) - 1 : period, period, isRolling ? 1 : 0)
    {
        (_period, _isRolling) = (period, isRolling);
        if (isRolling)
        {
            (_highest, _squares) = (ExtremePart.Highest(this, period), new SumPart(this, period));
        }
        else
        {
            _prices = new RingPart(this, period);
        }
    }

    /// <summary>Makes one of another indicator's output.</summary>
    /// <param name="input">The other one.</param>
    /// <param name="period">The number of candles that it covers.</param>
    public Ulcer(Indicator input, int period = 14)
        : this(period) => Follow(input, 0);

    /// <summary>Definition of the indicator: its name, parameters, outputs and formula.</summary>
    internal static IndicatorKind Definition { get; } = new()
    {
        Name = "ulcer",
        Aliases = ["ui"],
        Title = "Ulcer index",
        Group = IndicatorGroup.Volatility,
        Parameters = [IndicatorParameter.Period("period", 14), IndicatorParameter.Word("highest", "window", "rolling")],
        Formula = "sqrt(mean of the last n (100 (x - h) / h)^2), h the highest since the window's beginning, O(window); "
            + "`rolling`: of the last n of each candle",
        Reference = "Martin and McCann 1989; Skender; `rolling`: StockCharts, jesse",
        Flat = "0 where the highest is 0",
        Scaling = PriceScaling.ScaleFree,
        Create = values => new Ulcer((int)values[0], values[1] == 1),
    };

    private protected override void Advance(in Bar bar, double[] state)
    {
        if (_isRolling)
        {
            var highest = _highest.Push(state, bar.Close);
            if (!double.IsNaN(highest))
            {
                state[0] = Math.Sqrt(Math.Max(_squares.Mean(state, SquareOf(bar.Close, highest)), 0));
            }

            return;
        }

        _prices.Push(state, bar.Close);
        if (_prices.IsFull(state))
        {
            var highest = double.NegativeInfinity;
            var sum = Squares(_prices.Older(state), ref highest) + Squares(_prices.Newer(state), ref highest);
            state[0] = Math.Sqrt(sum / _period);
        }
    }

    private static double Squares(ReadOnlySpan<double> prices, ref double highest)
    {
        var sum = 0.0;
        foreach (var price in prices)
        {
            highest = Math.Max(highest, price);
            sum += SquareOf(price, highest);
        }

        return sum;
    }

    private static double SquareOf(double price, double highest)
    {
        var loss = highest == 0 ? 0 : 100 * (price - highest) / highest;
        return loss * loss;
    }
}
