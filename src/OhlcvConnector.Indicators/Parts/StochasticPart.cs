namespace OhlcvConnector.Indicators;

/// <summary>Stochastic of the last numbers: the place of a number between the lowest and the highest of them, 0 to 100, smoothed by a simple average.</summary>
internal readonly struct StochasticPart
{
    private readonly ExtremePart _high;
    private readonly ExtremePart _low;
    private readonly SumPart _smooth;

    public StochasticPart(Indicator owner, int period, int smooth)
    {
        _high = ExtremePart.Highest(owner, period);
        _low = ExtremePart.Lowest(owner, period);
        _smooth = new SumPart(owner, smooth);
    }

    /// <summary>Takes a candle's numbers.</summary>
    /// <returns>The place, 0 where highest and lowest are one; <see cref="double.NaN"/> before period + smooth - 1 candles.</returns>
    public double Push(double[] state, double high, double low, double close)
    {
        var highest = _high.Push(state, high);
        var lowest = _low.Push(state, low);
        return double.IsNaN(highest) ? double.NaN : _smooth.Mean(state, highest == lowest ? 0 : 100 * (close - lowest) / (highest - lowest));
    }
}
