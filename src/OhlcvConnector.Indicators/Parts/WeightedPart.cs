namespace OhlcvConnector.Indicators;

/// <summary>
/// The sum of the last numbers, and the sum of them weighted 1 for the oldest to n for the newest. Both are added up anew once in a window's length, so they
/// do not drift.
/// </summary>
internal readonly struct WeightedPart
{
    private readonly RingPart _ring;
    private readonly int _at;

    public WeightedPart(Indicator owner, int length)
    {
        _ring = new RingPart(owner, length);
        _at = owner.Claim(2);
    }

    public RingPart Ring => _ring;

    /// <summary>The weights' sum: n (n + 1) / 2.</summary>
    public double Weights => 0.5 * _ring.Length * (_ring.Length + 1.0);

    /// <summary>The plain sum.</summary>
    public double Sum(double[] state) => state[_at];

    /// <summary>Takes a number.</summary>
    /// <returns>The weighted sum; <see cref="double.NaN"/> until the window is full.</returns>
    public double Push(double[] state, double value)
    {
        var wasFull = _ring.IsFull(state);
        var fallen = _ring.Push(state, value);
        if (_ring.IsAtWrap(state))
        {
            var (sum, weighted) = (0.0, 0.0);
            var values = _ring.Values(state);
            for (var index = 0; index < values.Length; index++)
            {
                sum += values[index];
                weighted += (index + 1) * values[index];
            }

            (state[_at], state[_at + 1]) = (sum, weighted);
            return weighted;
        }

        state[_at + 1] += wasFull ? (_ring.Length * value) - state[_at] : _ring.Count(state) * value;
        state[_at] += value - fallen;
        return _ring.IsFull(state) ? state[_at + 1] : double.NaN;
    }
}
