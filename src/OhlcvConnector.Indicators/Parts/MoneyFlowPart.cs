namespace OhlcvConnector.Indicators;

/// <summary>The average of how much of their range candles rose, made larger.</summary>
internal readonly struct MoneyFlowPart(Indicator owner, int period, double multiplier, double offset)
{
    private readonly SumPart _sum = new(owner, period);

    /// <summary>Takes a candle.</summary>
    /// <returns>The average; <see cref="double.NaN"/> until the window is full.</returns>
    public double Push(double[] state, in Bar bar) =>
        _sum.Mean(state, bar.High == bar.Low ? 0 : (bar.Close - bar.Open) / (bar.High - bar.Low) * multiplier) - offset;
}
