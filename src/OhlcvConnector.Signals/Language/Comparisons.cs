using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Language;

/// <summary>Reads comparisons and crosses: <c>ema:9 &gt; ema:21</c>, <c>rsi:14 is below 30</c>, <c>macd crosses above its signal</c>.</summary>
internal static class Comparisons
{
    private static readonly string[] Verbs =
        [">", "<", ">=", "<=", "is above", "is below", "crosses above", "crosses below", "is between", "is rising", "is falling"];

    private static readonly string[] Words =
        ["crosses", "cross", "crossed", "above", "below", "over", "under", "between", "rising", "falling", "is", "equals", "leaves", "enters", "at"];

    public static Condition Read(Phrase phrase)
    {
        var left = Operands.Read(phrase);
        if (Areas.TryCondition(phrase, left) is { } area)
        {
            return area;
        }

        var isDenied = phrase.Skip("is", "are", "was") & phrase.Skip("not");
        var condition = Relation(phrase, left);
        return isDenied ? new Not(condition) : condition;
    }

    private static Condition Relation(Phrase phrase, Operand left)
    {
        if (phrase.Skip("crosses", "cross", "crossed", "crossing"))
        {
            return Cross(phrase, left);
        }

        if (phrase.Skip("rising", "rises"))
        {
            return new Comparison(">", Operands.Change(phrase, left), new Constant(0));
        }

        if (phrase.Skip("falling", "falls"))
        {
            return new Comparison("<", Operands.Change(phrase, left), new Constant(0));
        }

        if (phrase.Skip("between"))
        {
            var low = Operands.Read(phrase, left);
            phrase.Expect("and");
            return new AllOf([new Comparison(">=", left, low), new Comparison("<=", left, Operands.Read(phrase, left))]);
        }

        var sign = Sign(phrase) ?? throw phrase.Wrong(Missing(phrase));
        return new Comparison(sign, left, Operands.Read(phrase, left));
    }

    /// <summary>A cross is where a number is on one side and was not at the close before: being equal then counts as not.</summary>
    private static Condition Cross(Phrase phrase, Operand left)
    {
        var isUp = phrase.Skip("above", "over", "up", "upwards", "through");
        var isDown = !isUp && phrase.Skip("below", "under", "down", "downwards");
        if (isUp || isDown)
        {
            phrase.Skip("through", "over", "below", "of");
        }

        var right = Operands.Read(phrase, left);
        return isUp ? One(">") : isDown ? One("<") : new AnyOf([One(">"), One("<")]);

        Moment One(string sign)
        {
            var isBeyond = new Comparison(sign, left, right);
            return new Moment(new AllOf([isBeyond, new Not(new Before(isBeyond, 1))]), isBeyond);
        }
    }

    private static string? Sign(Phrase phrase)
    {
        if (phrase.SkipAll("at", "least"))
        {
            return ">=";
        }

        if (phrase.SkipAll("at", "most"))
        {
            return "<=";
        }

        if (phrase.Skip("greater", "more", "higher", "larger"))
        {
            phrase.Skip("than");
            return ">";
        }

        if (phrase.Skip("less", "lower", "smaller"))
        {
            phrase.Skip("than");
            return "<";
        }

        return phrase.Skip(">", "above", "over") ? ">" : phrase.Skip("<", "below", "under") ? "<" : phrase.Skip(">=") ? ">=" : phrase.Skip("<=") ? "<="
            : phrase.Skip("==", "=", "equals") ? "==" : phrase.Skip("!=", "<>") ? "!=" : null;
    }

    private static string Missing(Phrase phrase)
    {
        var near = phrase.Now.Kind == TokenKind.Word ? Domain.Nearest.Find(phrase.Now.Text, Words) : null;
        return $"A comparison is missing before {phrase.Here()}{(near is null ? "" : $" (did you mean {near}?)")}: write {string.Join(", ", Verbs)}.";
    }
}
