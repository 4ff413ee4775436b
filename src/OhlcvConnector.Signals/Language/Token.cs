namespace OhlcvConnector.Signals.Language;

/// <summary>Kind of a token.</summary>
internal enum TokenKind
{
    End,
    Number,
    Word,
    Sign,
}

/// <summary>The smallest part of a condition's text.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">Its text, as written.</param>
/// <param name="At">The character of the text that it begins at, from 0.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int At)
{
    public bool Is(string word) => Kind is TokenKind.Word or TokenKind.Sign && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsAny(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Is(word))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A condition's text cannot be understood.</summary>
internal sealed class PhraseException(int at, string message) : Exception(message)
{
    /// <summary>The character of the text that is wrong, from 0.</summary>
    public int At { get; } = at;
}
