using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Language;

/// <summary>Reads divergences: <c>bullish divergence of rsi:14</c>, <c>hidden bearish divergence of macd.histogram within 60 candles</c>.</summary>
internal static class Divergences
{
    /// <summary>Most candles between two turns that are compared, unless said otherwise.</summary>
    public const int UsualWithin = 60;

    /// <summary>Reads a divergence; null when it is about something else.</summary>
    public static Condition? TryRead(Phrase phrase)
    {
        var mark = phrase.Mark;
        phrase.Skip("a", "the");
        phrase.Skip("regular");
        var isHidden = phrase.Skip("hidden");
        var isBullish = phrase.Skip("bullish");
        var isBearish = !isBullish && phrase.Skip("bearish");
        isHidden |= phrase.Skip("hidden");
        if (!phrase.Skip("divergence"))
        {
            if (isBullish || isBearish || isHidden)
            {
                throw phrase.Wrong($"'divergence' is missing before {phrase.Here()}: bullish divergence of rsi:14.");
            }

            phrase.Mark = mark;
            return null;
        }

        if (!phrase.Skip("of", "in", "on", "with", "between"))
        {
            throw phrase.Wrong($"'of' is missing before {phrase.Here()}: bullish divergence of rsi:14.");
        }

        var of = Operands.Single(phrase);
        if (phrase.Skip("and"))
        {
            phrase.Skip("price", "close");
        }

        if (of is AreaReference or ForecastReference)
        {
            throw phrase.Wrong("A divergence is of an indicator: bullish divergence of rsi:14.");
        }

        var within = UsualWithin;
        if (phrase.Now.Is("over") && phrase.Peek().Kind == TokenKind.Number)
        {
            phrase.Take();
            within = phrase.Closes(least: 5);
        }

        var column = new Column(phrase.NumberOf(new DivergenceReference(of, isHidden, within) { Interval = of.Interval }));
        Condition up = new Comparison(">", column, new Constant(0));
        Condition down = new Comparison("<", column, new Constant(0));
        return new Moment(isBullish ? up : isBearish ? down : new AnyOf([up, down]), new Always());
    }
}
