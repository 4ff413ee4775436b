namespace OhlcvConnector.Indicators;

/// <summary>The relative strength index. In the state: the last number, and how many came until there was one to compare with.</summary>
internal readonly struct RsiPart
{
    private readonly EmaPart _rise;
    private readonly EmaPart _fall;
    private readonly int _at;

    public RsiPart(Indicator owner, int period)
    {
        _rise = EmaPart.Wilder(owner, period);
        _fall = EmaPart.Wilder(owner, period);
        _at = owner.Claim(2);
    }

    /// <summary>Takes a number.</summary>
    /// <param name="state">The owner's state.</param>
    /// <param name="value">The number.</param>
    /// <param name="flat">The index while there is neither a rise nor a fall.</param>
    /// <returns>The index; <see cref="double.NaN"/> before period + 1 numbers.</returns>
    public double Push(double[] state, double value, double flat = 100)
    {
        var change = value - state[_at];
        state[_at] = value;
        if (state[_at + 1] == 0)
        {
            state[_at + 1] = 1;
            return double.NaN;
        }

        var rise = _rise.Push(state, Math.Max(change, 0));
        var fall = _fall.Push(state, Math.Max(-change, 0));
        return fall != 0 ? 100 * rise / (rise + fall) : rise != 0 ? 100 : flat;
    }
}
