using System.Numerics;

namespace OhlcvConnector.Indicators;

/// <summary>
/// The largest number of the last ones: a new one is compared with it, and the window is gone through, several at once, only when it falls out. The smallest is
/// the largest of the negated. In the state: how many numbers came, which of them it is, itself, where the next goes, the numbers.
/// </summary>
/// <remarks>
/// Of a walk the largest is seldom the oldest; while a fall is as long as the window it always is. A queue of candidates would bound that, and is slower on
/// every market.
/// </remarks>
internal readonly struct ExtremePart
{
    private const int Cells = 4;

    private readonly int _at;
    private readonly int _length;
    private readonly double _sign;
    private readonly bool _isOldest;

    private ExtremePart(Indicator owner, int length, double sign, bool isOldest) =>
        (_length, _sign, _isOldest, _at) = (length, sign, isOldest, owner.Claim(Cells + length));

    /// <summary>The largest of the last numbers.</summary>
    /// <param name="owner">Whose state it lives in.</param>
    /// <param name="length">The number of numbers that it looks at.</param>
    /// <param name="isOldest">True when of equal ones the oldest counts instead of the newest.</param>
    public static ExtremePart Highest(Indicator owner, int length, bool isOldest = false) => new(owner, length, 1, isOldest);

    /// <summary>The smallest of the last numbers.</summary>
    public static ExtremePart Lowest(Indicator owner, int length, bool isOldest = false) => new(owner, length, -1, isOldest);

    /// <summary>Takes a number.</summary>
    /// <returns>The extreme of the window; <see cref="double.NaN"/> until it is full.</returns>
    public double Push(double[] state, double value)
    {
        var signed = _sign * value;
        var now = state.Whole(_at)++;
        ref var next = ref state.Whole(_at + 3);
        state[_at + Cells + (int)next] = signed;
        next = next + 1 == _length ? 0 : next + 1;
        if (now == 0 || (_isOldest ? signed > state[_at + 2] : signed >= state[_at + 2]))
        {
            (state.Whole(_at + 1), state[_at + 2]) = (now, signed); // of equal ones the newest counts, as in TA-Lib, unless the oldest is asked for
        }
        else if (state.Whole(_at + 1) <= now - _length)
        {
            Find(state, now);
        }

        return now + 1 < _length ? double.NaN : _sign * state[_at + 2];
    }

    /// <summary>The extreme of the numbers so far, at most of the window.</summary>
    public double SoFar(double[] state) => _sign * state[_at + 2];

    /// <summary>Returns how many numbers ago the extreme came: 0 is the last one.</summary>
    public int Age(double[] state) => (int)(state.Whole(_at) - 1 - state.Whole(_at + 1));

    /// <summary>Goes through a full window.</summary>
    private void Find(double[] state, long now)
    {
        var values = state.AsSpan(_at + Cells, _length);
        var most = Most(values);
        var next = (int)state.Whole(_at + 3);
        int slot; // the oldest lies where the next goes
        if (_isOldest)
        {
            slot = values[next..].IndexOf(most) is >= 0 and var index ? next + index : values[..next].IndexOf(most);
        }
        else
        {
            slot = values[..next].LastIndexOf(most) is >= 0 and var index ? index : next + values[next..].LastIndexOf(most);
        }

        var age = next - 1 - slot + (slot < next ? 0 : _length);
        (state.Whole(_at + 1), state[_at + 2]) = (now - age, most);
    }

    private static double Most(ReadOnlySpan<double> values)
    {
        var most = values[0];
        var index = 0;
        if (values.Length >= Vector<double>.Count)
        {
            var several = new Vector<double>(values);
            for (index = Vector<double>.Count; index <= values.Length - Vector<double>.Count; index += Vector<double>.Count)
            {
                several = Vector.Max(several, new Vector<double>(values[index..]));
            }

            for (var lane = 0; lane < Vector<double>.Count; lane++)
            {
                most = Math.Max(most, several[lane]);
            }
        }

        for (; index < values.Length; index++)
        {
            most = Math.Max(most, values[index]);
        }

        return most;
    }
}
