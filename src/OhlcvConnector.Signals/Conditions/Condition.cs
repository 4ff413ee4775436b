namespace OhlcvConnector.Signals.Conditions;

/// <summary>Something that is true or false at each close.</summary>
internal abstract class Condition
{
    /// <summary>Number of closes before the one in question that it looks at.</summary>
    public abstract int Reach { get; }

    /// <summary>True when it is of a moment, such as a cross, rather than of a state that lasts.</summary>
    public virtual bool IsEvent => false;

    /// <summary>Whether it is true so many closes ago.</summary>
    public abstract Truth At(Frame frame, int back);

    /// <summary>Whether what an event brought about still holds so many closes ago; for a state, whether it is true.</summary>
    public virtual Truth HoldsAt(Frame frame, int back) => At(frame, back);
}

/// <summary>Two numbers compared.</summary>
internal sealed class Comparison(string sign, Operand left, Operand right) : Condition
{
    public override int Reach => Math.Max(left.Reach, right.Reach);

    public override Truth At(Frame frame, int back)
    {
        var (one, other) = (left.Value(frame, back), right.Value(frame, back));
        if (double.IsNaN(one) || double.IsNaN(other))
        {
            return Truth.Unknown;
        }

        var isSo = sign switch
        {
            ">" => one > other,
            ">=" => one >= other,
            "<" => one < other,
            "<=" => one <= other,
            "==" => one == other,
            _ => one != other,
        };
        return isSo ? Truth.True : Truth.False;
    }
}

/// <summary>A moment: true where it happens; what it brought about can last.</summary>
internal sealed class Moment(Condition happens, Condition holds) : Condition
{
    public override int Reach => Math.Max(happens.Reach, holds.Reach);

    public override bool IsEvent => true;

    public override Truth At(Frame frame, int back) => happens.At(frame, back);

    public override Truth HoldsAt(Frame frame, int back) => holds.At(frame, back);
}

/// <summary>True always.</summary>
internal sealed class Always : Condition
{
    public override int Reach => 0;

    public override Truth At(Frame frame, int back) => Truth.True;
}

/// <summary>Several conditions, joined one after the other.</summary>
/// <param name="parts">They.</param>
/// <param name="none">What none of them would be.</param>
internal abstract class Several(IReadOnlyList<Condition> parts, Truth none) : Condition
{
    private readonly Condition[] _parts = [.. parts];

    public override int Reach { get; } = parts.Max(part => part.Reach);

    public override Truth At(Frame frame, int back)
    {
        var joined = none;
        foreach (var part in _parts)
        {
            joined = Join(joined, part.At(frame, back));
        }

        return joined;
    }

    public override Truth HoldsAt(Frame frame, int back)
    {
        var joined = none;
        foreach (var part in _parts)
        {
            joined = Join(joined, part.HoldsAt(frame, back));
        }

        return joined;
    }

    protected abstract Truth Join(Truth one, Truth other);
}

/// <summary>True where all of several are.</summary>
internal sealed class AllOf(IReadOnlyList<Condition> parts) : Several(parts, Truth.True)
{
    public override bool IsEvent { get; } = parts.Any(part => part.IsEvent);

    protected override Truth Join(Truth one, Truth other) =>
        one == Truth.False || other == Truth.False ? Truth.False : one == Truth.Unknown || other == Truth.Unknown ? Truth.Unknown : Truth.True;
}

/// <summary>True where any of several is.</summary>
internal sealed class AnyOf(IReadOnlyList<Condition> parts) : Several(parts, Truth.False)
{
    public override bool IsEvent { get; } = parts.All(part => part.IsEvent);

    protected override Truth Join(Truth one, Truth other) =>
        one == Truth.True || other == Truth.True ? Truth.True : one == Truth.Unknown || other == Truth.Unknown ? Truth.Unknown : Truth.False;
}

/// <summary>True where another is false.</summary>
internal sealed class Not(Condition condition) : Condition
{
    public override int Reach => condition.Reach;

    public override Truth At(Frame frame, int back) => condition.At(frame, back) switch
    {
        Truth.True => Truth.False,
        Truth.False => Truth.True,
        _ => Truth.Unknown,
    };
}

/// <summary>Another condition so many closes earlier.</summary>
internal sealed class Before(Condition condition, int closes) : Condition
{
    public override int Reach => condition.Reach + closes;

    public override Truth At(Frame frame, int back) => condition.At(frame, back + closes);
}

/// <summary>True where another was at all of the last closes, or at any of them.</summary>
internal sealed class Lasting(Condition condition, int closes, bool isAny) : Condition
{
    public override int Reach => condition.Reach + closes - 1;

    public override Truth At(Frame frame, int back)
    {
        var isUnknown = false;
        for (var close = 0; close < closes; close++)
        {
            var one = condition.At(frame, back + close);
            if (one == (isAny ? Truth.True : Truth.False))
            {
                return one;
            }

            isUnknown |= one == Truth.Unknown;
        }

        return isUnknown ? Truth.Unknown : isAny ? Truth.False : Truth.True;
    }
}
