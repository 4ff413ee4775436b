using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Language;

/// <summary>Reads numbers: <c>3 x its average</c>, <c>ema:9@hl2 * 1.02</c>, <c>sma(volume, 20)</c>, <c>close[1]</c>.</summary>
internal static class Operands
{
    private static readonly string[] OtherWords =
        ["price", "its", "previous", "abs", "min", "max", "average", "value area high", "value area low", "value area control", "bullish divergence of rsi:14"];

    /// <summary>Reads a sum.</summary>
    /// <param name="phrase">The text.</param>
    /// <param name="other">The number on the other side of a comparison, which <c>its average</c> is of; null on the left side.</param>
    public static Operand Read(Phrase phrase, Operand? other = null)
    {
        var sum = Product(phrase, other);
        while (phrase.Now.IsAny("+", "-", "plus", "minus"))
        {
            var sign = phrase.Take().IsAny("+", "plus") ? '+' : '-';
            sum = new Arithmetic(sign, sum, Product(phrase, other));
        }

        return sum;
    }

    private static Operand Product(Phrase phrase, Operand? other)
    {
        var product = Single(phrase, other);
        while (phrase.Now.IsAny("*", "x", "×", "/", "times"))
        {
            var sign = phrase.Take().Is("/") ? '/' : '*';
            product = new Arithmetic(sign, product, Single(phrase, other));
        }

        return product;
    }

    private static Operand Single(Phrase phrase, Operand? other)
    {
        phrase.Enter();
        var operand = Bare(phrase, other);
        while (phrase.Skip("["))
        {
            phrase.LooksBack++;
            operand = new Earlier(operand, phrase.Closes(least: 0));
            phrase.Expect("]");
        }

        phrase.Leave();
        return operand;
    }

    private static Operand Bare(Phrase phrase, Operand? other)
    {
        phrase.Skip("the", "a", "an");
        var token = phrase.Now;
        if (token.Kind == TokenKind.Number)
        {
            return Number(phrase.Take());
        }

        if (phrase.Skip("-"))
        {
            return new Arithmetic('-', new Constant(0), Single(phrase, other));
        }

        if (phrase.Skip("("))
        {
            var inner = Read(phrase, other);
            phrase.Expect(")");
            return inner;
        }

        if (phrase.Skip("previous"))
        {
            phrase.LooksBack++;
            return new Earlier(Single(phrase, other), 1);
        }

        if (phrase.Skip("its"))
        {
            return Its(phrase, token, other);
        }

        if (phrase.Peek().Is("(") && token.IsAny("abs", "min", "max"))
        {
            return Function(phrase, other);
        }

        return new Column(phrase.NumberOf(Single(phrase)));
    }

    /// <summary>Reads one price, indicator or edge of the value area.</summary>
    public static Reference Single(Phrase phrase)
    {
        var token = phrase.Now;
        if (token.Kind != TokenKind.Word)
        {
            throw phrase.Wrong($"An indicator, a price or a number is missing before {phrase.Here()}: rsi:14, close, 30.");
        }

        Reference reference = TryForecast(phrase) ?? Areas.TryOperand(phrase) ?? (phrase.Peek().Is("(") ? Call(phrase) : Simple(phrase));
        if (phrase.Now.Is("/") && phrase.Peek().Kind == TokenKind.Word && Interval.TryParse(phrase.Peek().Text, out _))
        {
            phrase.Take();
            reference.Interval = phrase.TryInterval();
        }

        return reference;
    }

    /// <summary>Reads <c>forecast:hourly</c>, and <c>forecast:hourly:forced</c>.</summary>
    private static ForecastReference? TryForecast(Phrase phrase)
    {
        if (!phrase.Now.Text.StartsWith("forecast:", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var token = phrase.Take();
        var words = token.Text.Split(':');
        var isForced = words.Length == 3 && words[2].Equals("forced", StringComparison.OrdinalIgnoreCase);
        if (words[1].Length == 0 || (words.Length > 2 && !isForced))
        {
            throw new PhraseException(token.At, $"'{token.Text}' is no forecast. Write forecast:MODEL, or forecast:MODEL:forced for one that does not beat no change.");
        }

        return phrase.Now.Is("/") && phrase.Peek().Kind == TokenKind.Word && Interval.TryParse(phrase.Peek().Text, out _)
            ? throw new PhraseException(token.At, "A forecast is of the rule's own candles, and of no longer ones.")
            : new ForecastReference(words[1], isForced);
    }

    private static Reference Simple(Phrase phrase)
    {
        var token = phrase.Take();
        return TrySource(token.Text) is { } source ? new PriceReference(source) : Indicator(token.Text, token.At);
    }

    private static Constant Number(Token token)
    {
        var text = token.Text.Replace("_", "", StringComparison.Ordinal);
        var isPercent = text[^1] == '%';
        return double.TryParse(isPercent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? new Constant(isPercent ? value / 100 : value)
            : throw new PhraseException(token.At, $"'{token.Text}' is no number.");
    }

    /// <summary>Reads <c>abs(x)</c>, <c>min(x, y)</c>, <c>max(x, y)</c>.</summary>
    private static Operand Function(Phrase phrase, Operand? other)
    {
        var name = phrase.Take();
        phrase.Expect("(");
        var first = Read(phrase, other);
        if (name.Is("abs"))
        {
            phrase.Expect(")");
            return new Absolute(first);
        }

        phrase.Expect(",");
        var second = Read(phrase, other);
        phrase.Expect(")");
        return new Arithmetic(name.Is("min") ? '<' : '>', first, second);
    }

    /// <summary>Reads <c>sma(volume, 20)</c>: numbers are parameters, anything else is what it is of.</summary>
    private static IndicatorReference Call(Phrase phrase)
    {
        var name = phrase.Take();
        phrase.Expect("(");
        var parameters = "";
        string? source = null;
        while (!phrase.Now.Is(")"))
        {
            if (phrase.Now.Kind == TokenKind.Number)
            {
                parameters += ":" + phrase.Take().Text;
            }
            else if (source is not null)
            {
                throw phrase.Wrong($"{name.Text} is of one thing: '{phrase.Now.Text}' is too many.");
            }
            else
            {
                phrase.Skip("the");
                source = Single(phrase) switch
                {
                    { Interval: not null } => throw new PhraseException(name.At, "Write the longer candles after the whole: sma(close, 20) on 4h."),
                    var inner => SourceOf(inner) ?? throw new PhraseException(name.At, $"{name.Text} is of a price or an indicator."),
                };
            }

            if (!phrase.Now.Is(")"))
            {
                phrase.Expect(",");
            }
        }

        phrase.Expect(")");
        var dot = name.Text.LastIndexOf('.');
        var (kind, output) = dot < 0 ? (name.Text, "") : (name.Text[..dot], name.Text[dot..]);
        return Indicator($"{(IsAverage(kind) ? "sma" : kind)}{parameters}{output}{(source is null ? "" : $"@{source}")}", name.At);
    }

    /// <summary>Makes the change of a number since the close before, on whatever candles it is calculated.</summary>
    public static Operand Change(Phrase phrase, Operand operand)
    {
        if (operand is Column { Reference: var number } && SourceOf(phrase.References[number]) is { } source)
        {
            return new Column(phrase.NumberOf(Indicator($"mom:1@{source}", phrase.Now.At) with { Interval = phrase.References[number].Interval }));
        }

        phrase.LooksBack++;
        return new Arithmetic('-', operand, new Earlier(operand, 1));
    }

    private static string? SourceOf(Reference reference) => reference switch
    {
        PriceReference price => PriceSources.Name(price.Source),
        IndicatorReference indicator => indicator.Full,
        _ => null,
    };

    /// <summary>Reads <c>its average</c>, <c>its average of 50</c>, <c>its signal</c>: of what stands on the other side.</summary>
    private static Column Its(Phrase phrase, Token its, Operand? other)
    {
        if (other is not Column { Reference: var number })
        {
            throw new PhraseException(its.At, "'its' is of the one thing on the left side: volume > 3 x its average.");
        }

        var of = phrase.References[number];
        if (phrase.Skip("average", "mean", "avg"))
        {
            var closes = phrase.Skip("(") ? phrase.Closes() : phrase.Skip("of", "over") ? phrase.Closes() : 20;
            _ = phrase.Skip(")");
            var source = SourceOf(of) ?? throw new PhraseException(its.At, "Averages are of prices, volume and indicators.");
            return new Column(phrase.NumberOf(Indicator($"sma:{closes}@{source}", its.At) with { Interval = of.Interval }));
        }

        var token = phrase.Take();
        var output = of is IndicatorReference { Kind: var kind } ? kind.Outputs.ToList().FindIndex(name => token.Is(name)) : -1;
        return output >= 0
            ? new Column(phrase.NumberOf((IndicatorReference)of with { Output = output }))
            : throw new PhraseException(
                token.At,
                $"'its {token.Text}' is nothing. Write its average{(of is IndicatorReference { Kind.Outputs: { Count: > 1 } names } ? $", its {string.Join(", its ", names)}" : "")}.");
    }

    private static PriceSource? TrySource(string word)
    {
        if (word.Equals("price", StringComparison.OrdinalIgnoreCase))
        {
            return PriceSource.Close;
        }

        foreach (var source in PriceSources.All)
        {
            if (PriceSources.Name(source).Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return source;
            }
        }

        return null;
    }

    private static bool IsAverage(string name) =>
        name.Equals("average", StringComparison.OrdinalIgnoreCase) || name.Equals("avg", StringComparison.OrdinalIgnoreCase)
            || name.Equals("mean", StringComparison.OrdinalIgnoreCase);

    private static IndicatorReference Indicator(string specification, int at)
    {
        try
        {
            var indicator = IndicatorCatalog.Read(specification, out var output);
            return new IndicatorReference(indicator.ToString(), indicator.Kind, output is null ? 0 : indicator.Kind.OutputAt(output));
        }
        catch (InvalidSettingException trouble)
        {
            var name = specification.Split(':', '.', '@')[0];
            var near = Nearest.Find(name, PriceSources.All.Select(PriceSources.Name).Concat(OtherWords));
            var isUnknown = trouble.Message.StartsWith("There is no indicator", StringComparison.Ordinal);
            throw new PhraseException(at, isUnknown && near is not null ? $"{trouble.Message} Or {near}?" : trouble.Message);
        }
    }
}
