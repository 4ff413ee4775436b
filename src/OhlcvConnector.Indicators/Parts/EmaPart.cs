namespace OhlcvConnector.Indicators;

/// <summary>
/// An exponential average: begins as the average of its first numbers, or as the first of them, and moves towards each further one by a weight.
/// In the state: the average (the sum while it begins), how many numbers came until it had begun.
/// </summary>
internal readonly struct EmaPart
{
    private readonly int _at;
    private readonly double _seeds;
    private readonly double _weight;
    private readonly bool _isFirst;

    private EmaPart(Indicator owner, int seeds, double weight, bool isFirst)
    {
        (_at, _seeds, _weight, _isFirst) = (owner.Claim(2), seeds, weight, isFirst);
        owner.Remember(weight);
    }

    /// <summary>The usual one, of weight 2 / (n + 1).</summary>
    /// <param name="owner">Whose state it lives in.</param>
    /// <param name="period">n.</param>
    /// <param name="isFirst">True when it begins as the first number instead of the average of the first n; it is known at the n-th either way.</param>
    public static EmaPart Of(Indicator owner, int period, bool isFirst = false) => new(owner, period, 2.0 / (period + 1), isFirst);

    /// <summary>Makes an average of any weight.</summary>
    public static EmaPart Of(Indicator owner, int seeds, double weight, bool isFirst = false) => new(owner, seeds, weight, isFirst);

    /// <summary>Wilder's, of weight 1 / n.</summary>
    public static EmaPart Wilder(Indicator owner, int period, bool isFirst = false) => new(owner, period, 1.0 / period, isFirst);

    /// <summary>Takes a number.</summary>
    /// <returns>The average; <see cref="double.NaN"/> before as many numbers as its period.</returns>
    public double Push(double[] state, double value)
    {
        ref var average = ref state[_at];
        ref var count = ref state[_at + 1];
        if (count >= _seeds)
        {
            return average += _weight * (value - average);
        }

        count++;
        if (_isFirst)
        {
            average = count == 1 ? value : average + (_weight * (value - average));
            return count < _seeds ? double.NaN : average;
        }

        average += value;
        return count < _seeds ? double.NaN : average /= _seeds;
    }
}
