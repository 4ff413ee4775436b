namespace OhlcvConnector.Signals.Language;

/// <summary>Cuts a condition's text into tokens.</summary>
internal static class Tokens
{
    private static readonly string[] Signs = [">=", "<=", "==", "!=", "<>", "&&", "||", ">", "<", "=", "+", "-", "*", "/", "(", ")", "[", "]", ",", "×", "!"];

    public static List<Token> Read(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            var from = at;
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            {
                at = EndOfNumber(text, at);
                var isNumber = at == text.Length || !char.IsAsciiLetter(text[at]) || (text[at] is 'x' or 'X' && !IsLetterOrDigit(text, at + 1));
                at = isNumber ? at : EndOfWord(text, at); // 4h, 30m
                tokens.Add(new Token(isNumber ? TokenKind.Number : TokenKind.Word, text[from..at], from));
            }
            else if (char.IsAsciiLetter(text[at]) || text[at] == '_')
            {
                at = EndOfSpecification(text, at);
                tokens.Add(new Token(TokenKind.Word, text[from..at], from));
            }
            else if (Array.Find(Signs, sign => text.AsSpan(at).StartsWith(sign, StringComparison.Ordinal)) is { } sign)
            {
                at += sign.Length;
                tokens.Add(new Token(TokenKind.Sign, sign, from));
            }
            else
            {
                throw new PhraseException(at, $"'{text[at]}' means nothing here.");
            }
        }

        tokens.Add(new Token(TokenKind.End, "", text.Length));
        return tokens;
    }

    private static int EndOfNumber(string text, int at)
    {
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '.' or '_'))
        {
            at++;
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var digits = at + 1 < text.Length && text[at + 1] is '+' or '-' ? at + 2 : at + 1;
            for (var end = digits; end < text.Length && char.IsAsciiDigit(text[end]);)
            {
                at = ++end;
            }
        }

        return at < text.Length && text[at] == '%' ? at + 1 : at;
    }

    /// <summary>The end of a name, its parameters after colons, its output after a dot, its source after an at sign; names of models may have dashes.</summary>
    private static int EndOfSpecification(string text, int at)
    {
        var isModel = string.Compare(text, at, "forecast:", 0, 9, StringComparison.OrdinalIgnoreCase) == 0;
        at = EndOfWord(text, at);
        while (at < text.Length && text[at] is ':' or '.' or '@')
        {
            var mark = text[at++];
            if (mark == ':' && at < text.Length && text[at] == '-')
            {
                at++;
            }

            at = EndOfWord(text, at);
        }

        while (isModel && at + 1 < text.Length && text[at] is '-' or '.' or ':' && IsLetterOrDigit(text, at + 1))
        {
            at = EndOfWord(text, at + 1);
        }

        return at;
    }

    private static int EndOfWord(string text, int at)
    {
        while (IsLetterOrDigit(text, at))
        {
            at++;
        }

        return at;
    }

    private static bool IsLetterOrDigit(string text, int at) => at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_');
}
