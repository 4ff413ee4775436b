using System.Globalization;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Language;

/// <summary>
/// Reads what is said of value areas: <c>price leaves the value area upwards</c>, <c>price is above the value area of 96 candles</c>,
/// <c>valuearea:96:50.high</c>.
/// </summary>
internal static class Areas
{
    private const string Name = "valuearea";

    /// <summary>Reads an edge as a number; null where there is none.</summary>
    public static AreaReference? TryOperand(Phrase phrase)
    {
        var mark = phrase.Mark;
        if (TrySize(phrase, out var edge) is { } size)
        {
            if (edge is not null || TryEdge(phrase) is { } named && (edge = named) is not null)
            {
                return new AreaReference(size, edge.Value);
            }

            throw phrase.Wrong("Say which edge of the value area: its high, low or control, as in valuearea:96.high, or 'price leaves the value area'.");
        }

        phrase.Mark = mark;
        return null;
    }

    /// <summary>Reads what the left side does with a value area; null when it is about something else.</summary>
    public static Condition? TryCondition(Phrase phrase, Operand left)
    {
        var mark = phrase.Mark;
        phrase.Skip("is");
        var verb = phrase.Take();
        if (!verb.IsAny("leaves", "leave", "left", "exits", "enters", "enter", "entered", "returns", "reenters", "breaks", "inside", "in", "within", "outside",
            "above", "below", "over", "under"))
        {
            phrase.Mark = mark;
            return null;
        }

        phrase.Skip("to", "into", "out");
        phrase.Skip("of", "to");
        phrase.Skip("the", "its");
        if (TrySize(phrase, out var edge) is not { } size || edge is not null || TryEdge(phrase) is not null)
        {
            phrase.Mark = mark;
            return null;
        }

        var direction = Direction(phrase, verb);
        return Make(phrase, left, verb, size, direction);
    }

    private static Condition Make(Phrase phrase, Operand left, Token verb, AreaSize size, int direction)
    {
        // The area is that of the candles before the one in question: a candle is not measured by what it is part of.
        var high = new Earlier(new Column(phrase.NumberOf(new AreaReference(size, AreaEdge.High))), 1);
        var low = new Earlier(new Column(phrase.NumberOf(new AreaReference(size, AreaEdge.Low))), 1);
        var before = new Earlier(left, 1);
        Condition Inside(Operand price) => new AllOf([new Comparison("<=", price, high), new Comparison(">=", price, low)]);
        Condition Outside(Operand price) => direction > 0 ? new Comparison(">", price, high)
            : direction < 0 ? new Comparison("<", price, low)
            : new AnyOf([new Comparison(">", price, high), new Comparison("<", price, low)]);

        return verb.IsAny("leaves", "leave", "left", "exits", "breaks") ? new Moment(new AllOf([Inside(before), Outside(left)]), Outside(left))
            : verb.IsAny("enters", "enter", "entered", "returns", "reenters") ? new Moment(new AllOf([Outside(before), Inside(left)]), Inside(left))
            : verb.IsAny("inside", "in", "within") ? Inside(left)
            : Outside(left);
    }

    private static int Direction(Phrase phrase, Token verb)
    {
        if (verb.IsAny("above", "over") || phrase.Skip("upwards", "upward", "up", "above"))
        {
            return 1;
        }

        if (verb.IsAny("below", "under") || phrase.Skip("downwards", "downward", "down", "below"))
        {
            return -1;
        }

        if (phrase.Skip("from", "to"))
        {
            phrase.Skip("the");
            return phrase.Skip("above", "top") ? 1 : phrase.Skip("below", "bottom") ? -1
                : throw phrase.Wrong($"'above' or 'below' is missing before {phrase.Here()}.");
        }

        return 0;
    }

    private static AreaSize? TrySize(Phrase phrase, out AreaEdge? edge)
    {
        edge = null;
        if (phrase.SkipAll("value", "area"))
        {
            return phrase.Now.Is("of") && phrase.Peek().Kind == TokenKind.Number && phrase.Skip("of") ? AreaSize.Usual with { Candles = Candles(phrase) } : AreaSize.Usual;
        }

        var word = phrase.Now.Text;
        if (phrase.Now.Kind != TokenKind.Word || !word.StartsWith(Name, StringComparison.OrdinalIgnoreCase)
            || (word.Length > Name.Length && word[Name.Length] is not (':' or '.')))
        {
            return null;
        }

        var dot = word.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            edge = Enum.TryParse<AreaEdge>(word[(dot + 1)..], ignoreCase: true, out var named) && Enum.IsDefined(named) ? named
                : throw phrase.Wrong($"The value area has no '{word[(dot + 1)..]}'. It has high, low and control.");
        }

        var numbers = (dot < 0 ? word : word[..dot]).Split(':')[1..];
        if (numbers.Length > 2)
        {
            throw phrase.Wrong("The value area has two parameters: valuearea:candles:rows.");
        }

        var size = new AreaSize(Number(phrase, numbers, 0, AreaSize.Usual.Candles, 5, 2_000), Number(phrase, numbers, 1, AreaSize.Usual.Rows, 10, 1_000));
        phrase.Take();
        return size;
    }

    private static int Candles(Phrase phrase)
    {
        var token = phrase.Take();
        var candles = Number(phrase, [token.Text], 0, 0, 5, 2_000);
        phrase.Skip("candles", "candle", "closes", "bars");
        return candles;
    }

    private static AreaEdge? TryEdge(Phrase phrase) =>
        phrase.Skip("high", "top") ? AreaEdge.High : phrase.Skip("low", "bottom") ? AreaEdge.Low
            : phrase.SkipAll("point", "of", "control") || phrase.Skip("control", "poc") ? AreaEdge.Control : null;

    private static int Number(Phrase phrase, string[] texts, int index, int usual, int least, int most) =>
        index >= texts.Length || texts[index].Length == 0 ? usual
            : int.TryParse(texts[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw phrase.Wrong($"'{texts[index]}' is no number of {(index == 0 ? "candles" : "rows")} of a value area. Write a whole number from {least} to {most}.");
}
