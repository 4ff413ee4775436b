namespace OhlcvConnector.Indicators;

/// <summary>
/// An index that follows closes on candles of a falling or of a rising volume alone. In the state: the index, close and volume before, whether there are any.
/// </summary>
internal readonly struct VolumeIndexPart
{
    private const double Largest = 1e300;

    private readonly int _at;
    private readonly int _sign;
    private readonly double _start;

    /// <summary>Makes one.</summary>
    /// <param name="owner">Whose state it lives in.</param>
    /// <param name="sign">1 to follow while the volume rises, -1 while it falls.</param>
    /// <param name="start">The first value.</param>
    public VolumeIndexPart(Indicator owner, int sign, double start) => (_at, _sign, _start) = (owner.Claim(4), sign, start);

    /// <summary>Takes a candle.</summary>
    /// <returns>The index.</returns>
    public double Push(double[] state, in Bar bar)
    {
        ref var index = ref state[_at];
        var (close, volume) = (state[_at + 1], state[_at + 2]);
        if (state[_at + 3] == 0)
        {
            (index, state[_at + 3]) = (_start, 1);
        }
        else if (Math.Sign(bar.Volume - volume) == _sign && close != 0)
        {
            index = Math.Clamp(index + (index * ((bar.Close - close) / close)), -Largest, Largest);
        }

        (state[_at + 1], state[_at + 2]) = (bar.Close, bar.Volume);
        return index;
    }
}
