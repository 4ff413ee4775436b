namespace OhlcvConnector.Indicators;

/// <summary>
/// The sum of the last numbers. What rounding loses is kept beside it and the whole is added up anew once in a window's length, so it does not drift and a huge
/// number leaves nothing behind when it falls out.
/// </summary>
internal readonly struct SumPart
{
    private const int Few = 4;

    private readonly RingPart _ring;
    private readonly int _at;

    public SumPart(Indicator owner, int length)
    {
        _ring = new RingPart(owner, length);
        _at = owner.Claim(2);
    }

    public RingPart Ring => _ring;

    /// <summary>Takes a number.</summary>
    /// <returns>The sum of the window; <see cref="double.NaN"/> until it is full.</returns>
    public double Push(double[] state, double value)
    {
        var fallen = _ring.Push(state, value);
        if (_ring.Length <= Few)
        {
            return _ring.IsFull(state) ? Sums.Of(_ring.Values(state)) : double.NaN; // cheaper than to keep a sum
        }

        if (_ring.IsAtWrap(state))
        {
            var anew = Sums.Of(_ring.Values(state));
            (state[_at], state[_at + 1]) = (anew, 0);
            return anew;
        }

        // one addition of the difference instead of two: what rounding loses of the difference and of the sum is kept exactly
        var change = value - fallen;
        var part = change - value;
        var lost = (value - (change - part)) - (fallen + part);
        var sum = state[_at];
        var larger = sum + change;
        var added = larger - sum;
        state[_at] = larger;
        state[_at + 1] += lost + ((sum - (larger - added)) + (change - added));
        return _ring.IsFull(state) ? state[_at] + state[_at + 1] : double.NaN;
    }

    /// <summary>Takes a number.</summary>
    /// <returns>The mean of the window; <see cref="double.NaN"/> until it is full.</returns>
    public double Mean(double[] state, double value) => Push(state, value) / _ring.Length;
}
