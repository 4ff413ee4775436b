using OhlcvConnector.Indicators;

namespace OhlcvConnector.Signals.Evaluating;

/// <summary>
/// Divergence of prices from something that swings: the price went farther between two turns of it than it did itself (regular), or the other way about
/// (hidden). A turn is the middle of five values, beyond the other four, so it is known two candles later and never taken back.
/// </summary>
internal struct Divergence(DivergencePlan plan)
{
    private const int Span = DivergencePlan.Span;

    private Window _values;
    private Window _highs;
    private Window _lows;
    private Turn _top;
    private Turn _bottom;
    private int _count;

    /// <summary>Takes the numbers of a close and gives what they confirm: 1 a bullish divergence, -1 a bearish one, 0 none.</summary>
    public double Push(ReadOnlySpan<double> row, in Bar bar)
    {
        var (value, high, low) = (row[plan.Of], row[plan.High], row[plan.Low]);
        if (double.IsNaN(value + high + low))
        {
            return double.NaN;
        }

        if (plan.Interval is { } longer && bar.CloseMs < longer.NextMs(longer.FloorMs(bar.OpenMs)))
        {
            return 0; // the longer candle goes on: what it was before is known already
        }

        Shift(ref _values, value);
        Shift(ref _highs, high);
        Shift(ref _lows, low);
        if (++_count < Span)
        {
            return 0;
        }

        var middle = _values[2];
        var isTop = middle > _values[0] && middle > _values[1] && middle > _values[3] && middle > _values[4];
        var isBottom = middle < _values[0] && middle < _values[1] && middle < _values[3] && middle < _values[4];
        return isTop ? Take(ref _top, middle, _highs[2], 1) : isBottom ? Take(ref _bottom, middle, _lows[2], -1) : 0;
    }

    private readonly double Take(ref Turn last, double value, double price, int side)
    {
        var before = last;
        last = new Turn(_count, value, price);
        if (before.At == 0 || _count - before.At > plan.Within)
        {
            return 0;
        }

        var (priceWent, valueWent) = (side * Math.Sign(price - before.Price), side * Math.Sign(value - before.Value)); // 1 is farther
        return (plan.IsHidden ? priceWent < 0 && valueWent > 0 : priceWent > 0 && valueWent < 0) ? -side : 0;
    }

    private static void Shift(ref Window window, double value)
    {
        for (var index = 0; index + 1 < Span; index++)
        {
            window[index] = window[index + 1];
        }

        window[Span - 1] = value;
    }

    private readonly record struct Turn(int At, double Value, double Price);

    [System.Runtime.CompilerServices.InlineArray(Span)]
    private struct Window
    {
        private double _first;
    }
}
