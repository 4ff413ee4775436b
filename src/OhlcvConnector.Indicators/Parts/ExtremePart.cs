namespace OhlcvConnector.Indicators;

/// <summary>
/// The largest number of the last ones, by a queue of those that can still become it: constant time on average. The smallest is the largest of the negated.
/// In the state: how many numbers came, where the queue begins, how long it is, its numbers, when each came.
/// </summary>
internal readonly struct ExtremePart
{
    private readonly int _at;
    private readonly int _length;
    private readonly double _sign;
    private readonly bool _isOldest;

    private ExtremePart(Indicator owner, int length, double sign, bool isOldest) =>
        (_length, _sign, _isOldest, _at) = (length, sign, isOldest, owner.Claim(3 + (2 * length)));

    /// <summary>The largest of the last numbers.</summary>
    /// <param name="owner">Whose state it lives in.</param>
    /// <param name="length">How many numbers.</param>
    /// <param name="isOldest">Whether of equal ones the oldest counts instead of the newest.</param>
    public static ExtremePart Highest(Indicator owner, int length, bool isOldest = false) => new(owner, length, 1, isOldest);

    /// <summary>The smallest of the last numbers.</summary>
    public static ExtremePart Lowest(Indicator owner, int length, bool isOldest = false) => new(owner, length, -1, isOldest);

    /// <summary>Takes a number.</summary>
    /// <returns>The extreme of the window; <see cref="double.NaN"/> until it is full.</returns>
    public double Push(double[] state, double value)
    {
        var signed = _sign * value;
        var now = state[_at]++;
        var (head, count) = ((int)state[_at + 1], (int)state[_at + 2]);
        if (count > 0 && state[When(head)] <= now - _length)
        {
            head = head + 1 == _length ? 0 : head + 1;
            count--;
        }

        while (count > 0 && (_isOldest ? state[Cell(head, count - 1)] < signed : state[Cell(head, count - 1)] <= signed))
        {
            count--; // of equal ones the newest counts, as in TA-Lib, unless the oldest is asked for
        }

        var end = Cell(head, count);
        (state[end], state[end + _length]) = (signed, now);
        (state[_at + 1], state[_at + 2]) = (head, count + 1);
        return now + 1 < _length ? double.NaN : _sign * state[_at + 3 + head];
    }

    /// <summary>The extreme of the window as far as it is filled, of one number at least.</summary>
    public double SoFar(double[] state) => _sign * state[_at + 3 + (int)state[_at + 1]];

    /// <summary>How many candles ago the extreme was: 0 is the last one.</summary>
    public int Age(double[] state) => (int)(state[_at] - 1 - state[When((int)state[_at + 1])]);

    private int When(int slot) => _at + 3 + _length + slot;

    private int Cell(int head, int index)
    {
        var slot = head + index;
        return _at + 3 + (slot >= _length ? slot - _length : slot);
    }
}
