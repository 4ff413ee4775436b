namespace OhlcvConnector.Indicators;

/// <summary>Schaff's trend cycle: the place, twice, in the range of the last values, smoothed, of the distance of two averages.</summary>
internal readonly struct SchaffPart
{
    private readonly EmaPart _fast;
    private readonly EmaPart _slow;
    private readonly StochasticPart _first;
    private readonly StochasticPart _second;
    private readonly EmaPart _firstSmooth;
    private readonly EmaPart _secondSmooth;

    public SchaffPart(Indicator owner, int fast, int slow, int cycle, double factor)
    {
        (_fast, _slow) = (EmaPart.Of(owner, fast), EmaPart.Of(owner, slow));
        (_first, _second) = (new StochasticPart(owner, cycle, 1), new StochasticPart(owner, cycle, 1));
        (_firstSmooth, _secondSmooth) = (EmaPart.Of(owner, 1, factor), EmaPart.Of(owner, 1, factor));
    }

    /// <summary>Returns the number of prices that it takes until there is a value.</summary>
    public static int WarmUp(int slow, int cycle) => slow + (2 * (cycle - 1));

    /// <summary>Takes a price.</summary>
    /// <returns>0 to 100; <see cref="double.NaN"/> before there are enough.</returns>
    public double Push(double[] state, double price)
    {
        var line = _fast.Push(state, price) - _slow.Push(state, price);
        var first = double.IsNaN(line) ? double.NaN : _first.Push(state, line, line, line);
        if (double.IsNaN(first))
        {
            return double.NaN;
        }

        first = _firstSmooth.Push(state, first);
        var second = _second.Push(state, first, first, first);
        return double.IsNaN(second) ? double.NaN : _secondSmooth.Push(state, second);
    }
}
