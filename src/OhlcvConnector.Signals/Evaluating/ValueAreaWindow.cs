using OhlcvConnector.Indicators;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Evaluating;

/// <summary>
/// The value area of the last candles: the prices about the one with most volume that hold 70 % of it. Rows divide the range of these candles alone, so that it
/// does not matter where the history began; each candle's volume is spread evenly over its range.
/// </summary>
/// <remarks>The area grows by the larger of the next rows above and below, upwards where they are the same: as the CBOT's, row by row.</remarks>
internal sealed class ValueAreaWindow(AreaSize size)
{
    private const double Share = 0.7;

    private readonly Bar[] _bars = new Bar[size.Candles];
    private readonly double[] _rows = new double[size.Rows];
    private int _next;
    private int _held;

    public void Add(in Bar bar)
    {
        _bars[_next] = bar;
        _next = _next + 1 == _bars.Length ? 0 : _next + 1;
        _held = Math.Min(_held + 1, _bars.Length);
    }

    public void Clear() => (_next, _held) = (0, 0);

    /// <summary>Writes high, low and control; none where a candle is missing or has no volume.</summary>
    /// <param name="edges">The span that takes them.</param>
    public void Write(Span<double> edges) => Write(_held == _bars.Length, _next, edges);

    /// <summary>Writes what the edges would be after one more candle, and changes nothing.</summary>
    public void Peek(in Bar bar, Span<double> edges)
    {
        var kept = _bars[_next];
        _bars[_next] = bar;
        Write(_held >= _bars.Length - 1, _next + 1 == _bars.Length ? 0 : _next + 1, edges);
        _bars[_next] = kept;
    }

    private void Write(bool isFull, int oldest, Span<double> edges)
    {
        edges.Fill(double.NaN);
        if (!isFull)
        {
            return;
        }

        var (low, high, total) = (double.PositiveInfinity, double.NegativeInfinity, 0.0);
        for (var index = 0; index < _bars.Length; index++)
        {
            ref readonly var bar = ref At(oldest, index);
            (low, high, total) = (Math.Min(low, bar.Low), Math.Max(high, bar.High), total + bar.Volume);
        }

        if (!(total > 0) || !double.IsFinite(high - low))
        {
            return;
        }

        if (high == low)
        {
            edges.Fill(high);
            return;
        }

        Spread(oldest, low, (high - low) / _rows.Length);
        Find(low, (high - low) / _rows.Length, edges);
    }

    private void Spread(int oldest, double low, double height)
    {
        Array.Clear(_rows);
        for (var index = 0; index < _bars.Length; index++)
        {
            ref readonly var bar = ref At(oldest, index);
            var (from, to) = (RowOf(bar.Low - low, height), RowOf(bar.High - low, height));
            if (from == to)
            {
                _rows[from] += bar.Volume;
                continue;
            }

            var range = bar.High - bar.Low;
            for (var row = from; row <= to; row++)
            {
                var part = Math.Min(low + (height * (row + 1)), bar.High) - Math.Max(low + (height * row), bar.Low);
                _rows[row] += bar.Volume * Math.Max(part, 0) / range;
            }
        }
    }

    /// <summary>A candle of the window by its age: the same candles are added up in the same order, wherever the window began.</summary>
    private ref readonly Bar At(int oldest, int index) => ref _bars[oldest + index < _bars.Length ? oldest + index : oldest + index - _bars.Length];

    private int RowOf(double distance, double height) => Math.Clamp((int)(distance / height), 0, _rows.Length - 1);

    private void Find(double low, double height, Span<double> edges)
    {
        var (total, middle, control) = (0.0, (_rows.Length - 1) / 2.0, 0);
        for (var row = 0; row < _rows.Length; row++)
        {
            total += _rows[row];
            var isNearer = Math.Abs(row - middle) < Math.Abs(control - middle);
            control = _rows[row] > _rows[control] || (_rows[row] == _rows[control] && isNearer) ? row : control;
        }

        var (from, to, held) = (control, control, _rows[control]);
        while (held < total * Share && (from > 0 || to + 1 < _rows.Length))
        {
            var (above, below) = (to + 1 < _rows.Length ? _rows[to + 1] : -1, from > 0 ? _rows[from - 1] : -1);
            held += above >= below ? _rows[++to] : _rows[--from];
        }

        edges[0] = low + (height * (to + 1));
        edges[1] = low + (height * from);
        edges[2] = low + (height * (control + 0.5));
    }
}
