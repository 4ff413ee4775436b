namespace OhlcvConnector.Signals.Conditions;

/// <summary>Something that has a number at each close.</summary>
internal abstract class Operand
{
    /// <summary>Number of closes before the one in question that it looks at.</summary>
    public abstract int Reach { get; }

    /// <summary>The number so many closes ago.</summary>
    public abstract double Value(Frame frame, int back);
}

/// <summary>A number that is always the same.</summary>
internal sealed class Constant(double value) : Operand
{
    public override int Reach => 0;

    public override double Value(Frame frame, int back) => value;
}

/// <summary>A column of the candles or indicators.</summary>
internal sealed class Column(int reference) : Operand
{
    public int Reference => reference;

    public override int Reach => 0;

    public override double Value(Frame frame, int back) => frame[reference, back];
}

/// <summary>The number of something else so many closes earlier.</summary>
internal sealed class Earlier(Operand operand, int closes) : Operand
{
    public override int Reach => operand.Reach + closes;

    public override double Value(Frame frame, int back) => operand.Value(frame, back + closes);
}

/// <summary>Two numbers made one.</summary>
internal sealed class Arithmetic(char sign, Operand left, Operand right) : Operand
{
    public override int Reach => Math.Max(left.Reach, right.Reach);

    public override double Value(Frame frame, int back)
    {
        var (one, other) = (left.Value(frame, back), right.Value(frame, back));
        switch (sign)
        {
            case '+':
                return one + other;
            case '-':
                return one - other;
            case '*':
                return one * other;
            case '<':
                return double.IsNaN(one) || double.IsNaN(other) ? double.NaN : Math.Min(one, other);
            case '>':
                return double.IsNaN(one) || double.IsNaN(other) ? double.NaN : Math.Max(one, other);
            default:
                frame.HasDividedByZero |= other == 0;
                return other == 0 ? double.NaN : one / other;
        }
    }
}

/// <summary>The size of a number, whatever its sign.</summary>
internal sealed class Absolute(Operand operand) : Operand
{
    public override int Reach => operand.Reach;

    public override double Value(Frame frame, int back) => Math.Abs(operand.Value(frame, back));
}
