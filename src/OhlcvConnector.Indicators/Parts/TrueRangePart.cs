namespace OhlcvConnector.Indicators;

/// <summary>
/// The true range: from the lower of low and close before to the higher of high and close before. In the state: that close, whether there is one.
/// </summary>
internal readonly struct TrueRangePart
{
    private readonly int _at;
    private readonly bool _countsFirst;

    /// <summary>Makes one.</summary>
    /// <param name="owner">Whose state it lives in.</param>
    /// <param name="countsFirst">True when the first candle, which has none before it, counts with its own range.</param>
    public TrueRangePart(Indicator owner, bool countsFirst = false) => (_at, _countsFirst) = (owner.Claim(2), countsFirst);

    /// <summary>The close before the candle that comes; zero before the first.</summary>
    public double Before(double[] state) => state[_at];

    /// <summary>Takes a candle.</summary>
    /// <returns>The range; <see cref="double.NaN"/> of the first candle unless that counts.</returns>
    public double Push(double[] state, in Bar bar)
    {
        var before = state[_at];
        state[_at] = bar.Close;
        if (state[_at + 1] == 0)
        {
            state[_at + 1] = 1;
            return _countsFirst ? bar.High - bar.Low : double.NaN;
        }

        return (bar.High > before ? bar.High : before) - (bar.Low < before ? bar.Low : before);
    }
}
