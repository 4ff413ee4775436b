namespace OhlcvConnector.Indicators;

/// <summary>The last numbers, as many as it holds. In the state: where the next goes, how many there are, the numbers.</summary>
internal readonly struct RingPart
{
    private readonly int _at;

    public RingPart(Indicator owner, int length)
    {
        Length = length;
        _at = owner.Claim(length + 2);
    }

    public int Length { get; }

    public bool IsFull(double[] state) => state.Whole(_at + 1) >= Length;

    public int Count(double[] state) => (int)state.Whole(_at + 1);

    /// <summary>Takes a number.</summary>
    /// <returns>The number that fell out; zero while there was room.</returns>
    public double Push(double[] state, double value)
    {
        ref var next = ref state.Whole(_at);
        ref var cell = ref state[_at + 2 + (int)next];
        var fallen = cell;
        cell = value;
        next = next + 1 == Length ? 0 : next + 1;
        if (state.Whole(_at + 1) < Length)
        {
            state.Whole(_at + 1)++;
        }

        return fallen;
    }

    /// <summary>The number that went in so many pushes before the last: 0 is the last one.</summary>
    public double Back(double[] state, int pushes)
    {
        var index = (int)state.Whole(_at) - 1 - pushes;
        return state[_at + 2 + (index < 0 ? index + Length : index)];
    }

    /// <summary>The numbers in no order that matters to sums; those that never came are zeros.</summary>
    public ReadOnlySpan<double> Values(double[] state) => state.AsSpan(_at + 2, Length);

    /// <summary>The older numbers of a full window, oldest first; none of one that is not full.</summary>
    public ReadOnlySpan<double> Older(double[] state) => IsFull(state) ? Values(state)[(int)state.Whole(_at)..] : default;

    /// <summary>The newer numbers, oldest first: those that follow <see cref="Older"/>.</summary>
    public ReadOnlySpan<double> Newer(double[] state) => Values(state)[..(int)state.Whole(_at)];

    /// <summary>Returns true when the last push filled the ring's end: once in <see cref="Length"/> pushes.</summary>
    public bool IsAtWrap(double[] state) => state.Whole(_at) == 0;
}
