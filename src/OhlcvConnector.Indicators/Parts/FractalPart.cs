namespace OhlcvConnector.Indicators;

/// <summary>Turning points of five numbers: the middle one beyond its four neighbours. Known two numbers later, and never taken back.</summary>
internal readonly struct FractalPart(Indicator owner)
{
    /// <summary>Number of numbers that it looks at.</summary>
    public const int Span = 5;

    private readonly RingPart _ring = new(owner, Span);

    /// <summary>The number in the middle.</summary>
    public double Middle(double[] state) => _ring.Back(state, Span / 2);

    /// <summary>Takes a number.</summary>
    /// <returns>1 when the middle is a top, -1 when it is a bottom, 0 when neither; null before there are five.</returns>
    public int? Push(double[] state, double value)
    {
        _ring.Push(state, value);
        if (!_ring.IsFull(state))
        {
            return null;
        }

        var middle = Middle(state);
        var (one, two, four, five) = (_ring.Back(state, 4), _ring.Back(state, 3), _ring.Back(state, 1), value);
        return middle > one && middle > two && middle > four && middle > five ? 1
            : middle < one && middle < two && middle < four && middle < five ? -1 : 0;
    }
}
