namespace OhlcvConnector.Indicators;

/// <summary>
/// Covariance of the last numbers of two series: how they vary together. Sums are taken of the distances from centres near them, and anew, about new centres,
/// once in a window's length and whenever a variance is too small beside the distance of its centre: so nothing cancels and nothing drifts.
/// </summary>
internal readonly struct CovariancePart
{
    private const double TooSmall = 1e-3;

    private readonly RingPart _one;
    private readonly RingPart _other;
    private readonly int _at; // both centres, both sums of distances, both sums of their squares, the sum of their products

    public CovariancePart(Indicator owner, int length)
    {
        (_one, _other) = (new RingPart(owner, length), new RingPart(owner, length));
        _at = owner.Claim(7);
    }

    /// <summary>Takes a number of each.</summary>
    /// <returns>True when the window is full.</returns>
    public bool Push(double[] state, double one, double other)
    {
        var wasFull = _one.IsFull(state);
        var (gone, goneOther) = (_one.Push(state, one), _other.Push(state, other));
        if (_one.IsAtWrap(state))
        {
            Recentre(state);
            return true;
        }

        if (!wasFull)
        {
            return false; // the sums are made when it is full for the first time
        }

        Count(state, one - state[_at], other - state[_at + 1], 1);
        Count(state, gone - state[_at], goneOther - state[_at + 1], -1);
        if (IsCancelled(state, 0) || IsCancelled(state, 1))
        {
            Recentre(state);
        }

        return true;
    }

    /// <summary>The sums of a full window about its means: of the squares of both, and of the products.</summary>
    public (double One, double Other, double Products) Sums(double[] state) =>
        (Math.Max(Squares(state, 0), 0), Math.Max(Squares(state, 1), 0), state[_at + 6] - (state[_at + 2] * state[_at + 3] / _one.Length));

    private double Squares(double[] state, int which) => state[_at + 4 + which] - (state[_at + 2 + which] * state[_at + 2 + which] / _one.Length);

    private bool IsCancelled(double[] state, int which) => Squares(state, which) < TooSmall * state[_at + 4 + which];

    private void Count(double[] state, double one, double other, int sign)
    {
        state[_at + 2] += sign * one;
        state[_at + 3] += sign * other;
        state[_at + 4] += sign * one * one;
        state[_at + 5] += sign * other * other;
        state[_at + 6] += sign * one * other;
    }

    private void Recentre(double[] state)
    {
        var values = _one.Values(state);
        var others = _other.Values(state);
        (state[_at], state[_at + 1]) = (Mean(values), Mean(others));
        state.AsSpan(_at + 2, 5).Clear();
        for (var index = 0; index < values.Length; index++)
        {
            Count(state, values[index] - state[_at], others[index] - state[_at + 1], 1);
        }
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value - values[0];
        }

        return values[0] + (sum / values.Length);
    }
}
