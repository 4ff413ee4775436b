namespace OhlcvConnector.Indicators;

/// <summary>
/// The plain momentum oscillator: rises less falls of the last changes, in percent of both. In the state: the last number, whether there is one.
/// </summary>
internal readonly struct CmoPart
{
    private readonly SumPart _rise;
    private readonly SumPart _fall;
    private readonly int _at;

    public CmoPart(Indicator owner, int period)
    {
        _rise = new SumPart(owner, period);
        _fall = new SumPart(owner, period);
        _at = owner.Claim(2);
    }

    /// <summary>Takes a number.</summary>
    /// <returns>-100 to 100, 0 without a change; <see cref="double.NaN"/> before period + 1 numbers.</returns>
    public double Push(double[] state, double value)
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
        return rise + fall == 0 ? 0 : 100 * (rise - fall) / (rise + fall);
    }
}
