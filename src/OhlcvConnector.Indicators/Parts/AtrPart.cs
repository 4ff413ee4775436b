namespace OhlcvConnector.Indicators;

/// <summary>Wilder's average of true ranges, which begins as the average of the first n.</summary>
internal readonly struct AtrPart
{
    private readonly TrueRangePart _range;
    private readonly EmaPart _average;

    /// <summary>Makes one.</summary>
    /// <param name="owner">Whose state it lives in.</param>
    /// <param name="period">n.</param>
    /// <param name="countsFirst">True when the first candle counts with its own range, so that it is known one candle sooner.</param>
    public AtrPart(Indicator owner, int period, bool countsFirst = false)
    {
        _range = new TrueRangePart(owner, countsFirst);
        _average = EmaPart.Wilder(owner, period);
    }

    /// <summary>Takes a candle.</summary>
    /// <returns>The average; <see cref="double.NaN"/> before period + 1 candles.</returns>
    public double Push(double[] state, in Bar bar)
    {
        var range = _range.Push(state, bar);
        return double.IsNaN(range) ? double.NaN : _average.Push(state, range);
    }
}
