using OhlcvConnector.Domain;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Language;

/// <summary>Reads the text of a condition.</summary>
internal static class ConditionText
{
    public const int MaxLength = 1_000;

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="references">The references of the rule, to which those of the text are added.</param>
    /// <exception cref="PhraseException">The text means nothing; the message says what would.</exception>
    public static Leaf Read(string text, List<Reference> references)
    {
        if (text.Length > MaxLength)
        {
            throw new PhraseException(MaxLength, $"A condition has at most {MaxLength} characters. Cut it in several: {{ \"all\": [ ... ] }}.");
        }

        var phrase = new Phrase(Tokens.Read(text), references);
        var first = references.Count;
        var condition = Either(phrase);
        return phrase.Now.Kind == TokenKind.End
            ? new Leaf(text, condition, references.Count > first ? first : -1)
            : throw phrase.Wrong($"{phrase.Here()} is too much after a whole condition.");
    }

    private static Condition Either(Phrase phrase)
    {
        phrase.Enter();
        var parts = new List<Condition> { Both(phrase) };
        while (phrase.Skip("or", "||"))
        {
            parts.Add(Both(phrase));
        }

        phrase.Leave();
        return parts.Count == 1 ? parts[0] : new AnyOf(parts);
    }

    private static Condition Both(Phrase phrase)
    {
        var parts = new List<Condition> { One(phrase) };
        while (phrase.Skip("and", "&&"))
        {
            parts.Add(One(phrase));
        }

        return parts.Count == 1 ? parts[0] : new AllOf(parts);
    }

    private static Condition One(Phrase phrase)
    {
        if (phrase.Skip("not", "!"))
        {
            phrase.Enter();
            var denied = new Not(One(phrase));
            phrase.Leave();
            return denied;
        }

        var (first, looksBack) = (phrase.References.Count, phrase.LooksBack);
        var condition = Bare(phrase);
        while (true)
        {
            if (phrase.Now.IsAny("on", "at", "in") && phrase.Peek().Kind == TokenKind.Word && Interval.TryParse(phrase.Peek().Text, out var interval))
            {
                if (phrase.LooksBack > looksBack || condition is Lasting)
                {
                    throw phrase.Wrong("Earlier closes are counted in the candles of the series: leave out [n], and write 'for' and 'within' after 'on'.");
                }

                if (phrase.References.Skip(first).Any(reference => reference is AreaReference))
                {
                    throw phrase.Wrong("A value area is of the candles of the series: leave out 'on', and make a rule of the longer series.");
                }

                if (phrase.References.Skip(first).Any(reference => reference is ForecastReference))
                {
                    throw phrase.Wrong("A forecast is of the rule's own candles: leave out 'on', and make a rule of the longer series.");
                }

                phrase.Take();
                phrase.Take();
                foreach (var reference in phrase.References.Skip(first))
                {
                    reference.Interval ??= interval;
                }
            }
            else if (phrase.Skip("for"))
            {
                condition = new Lasting(condition, phrase.Closes(), isAny: false);
            }
            else if (phrase.Skip("within"))
            {
                phrase.SkipAll("the", "last");
                condition = new Lasting(condition, phrase.Closes(), isAny: true);
            }
            else
            {
                return condition;
            }
        }
    }

    private static Condition Bare(Phrase phrase)
    {
        if (phrase.Now.Is("("))
        {
            var (mark, count) = (phrase.Mark, phrase.References.Count);
            try
            {
                phrase.Take();
                var inner = Either(phrase);
                phrase.Expect(")");
                return inner;
            }
            catch (PhraseException)
            {
                phrase.Mark = mark; // brackets of a sum, not of a condition
                phrase.References.RemoveRange(count, phrase.References.Count - count);
            }
        }

        return Divergences.TryRead(phrase) ?? Comparisons.Read(phrase);
    }
}

/// <summary>A condition that is one text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Condition">What it means.</param>
/// <param name="First">The number of its first reference, whose value explains it; -1 for none.</param>
internal sealed record Leaf(string Text, Condition Condition, int First);
