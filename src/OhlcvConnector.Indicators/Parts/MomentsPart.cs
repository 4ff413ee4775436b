namespace OhlcvConnector.Indicators;

/// <summary>
/// Mean and variance of the last numbers. Sums are taken of the distances from a centre near them, and anew, about a new centre, once in a window's length and
/// whenever the variance is too small beside the distance of the centre: so nothing cancels, nothing drifts, and equal numbers have a variance of exactly zero.
/// </summary>
internal readonly struct MomentsPart
{
    private const double TooSmall = 1e-3;

    private readonly RingPart _ring;
    private readonly int _at; // centre, sum of distances, sum of their squares
    private readonly double _part;

    public MomentsPart(Indicator owner, int length)
    {
        _ring = new RingPart(owner, length);
        _at = owner.Claim(3);
        _part = 1.0 / length;
    }

    public RingPart Ring => _ring;

    /// <summary>The mean of a full window.</summary>
    public double Mean(double[] state) => state[_at] + (state[_at + 1] * _part);

    /// <summary>
    /// The sum of the squared distances of a full window from its mean; over its length it is the variance of all, over one less that of a sample.
    /// </summary>
    public double Squares(double[] state)
    {
        var squares = state[_at + 2] - (state[_at + 1] * state[_at + 1] * _part);
        if (squares < TooSmall * state[_at + 2])
        {
            Recentre(state);
            squares = state[_at + 2] - (state[_at + 1] * state[_at + 1] * _part);
        }

        return squares > 0 ? squares : 0;
    }

    /// <summary>The deviation of a full window, of all or of a sample.</summary>
    public double Deviation(double[] state, bool isSample = false) => Math.Sqrt(isSample ? Squares(state) / (_ring.Length - 1) : Squares(state) * _part);

    /// <summary>Takes a number.</summary>
    /// <returns>True when the window is full.</returns>
    public bool Push(double[] state, double value)
    {
        var wasFull = _ring.IsFull(state);
        var fallen = _ring.Push(state, value);
        if (_ring.IsAtWrap(state))
        {
            Recentre(state);
            return true;
        }

        if (!wasFull)
        {
            return false; // the sums are made when it is full for the first time
        }

        var came = value - state[_at];
        var went = fallen - state[_at];
        state[_at + 1] += came - went;
        state[_at + 2] += (came * came) - (went * went);
        return true;
    }

    private void Recentre(double[] state)
    {
        var values = _ring.Values(state);
        var centre = values[0] + (Sums.OfDistances(values, values[0]).First * _part);
        (state[_at + 1], state[_at + 2]) = Sums.OfDistances(values, centre);
        state[_at] = centre;
    }
}
