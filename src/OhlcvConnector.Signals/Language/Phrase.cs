using OhlcvConnector.Domain;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Language;

/// <summary>
/// Reads the text of a condition, such as <c>rsi:14 crosses above 30 on 4h</c>: the tokens, and what all parts of the reading share.
/// </summary>
internal sealed class Phrase(List<Token> tokens, List<Reference> references)
{
    /// <summary>Most closes that a text may look back.</summary>
    public const int MaxCloses = 500;

    private const int MaxDepth = 32;

    private int _at;
    private int _depth;

    /// <summary>The token that is read next.</summary>
    public Token Now => tokens[_at];

    /// <summary>The references of the rule; conditions name them by number.</summary>
    public List<Reference> References => references;

    /// <summary>Number of times that the text looked at earlier closes by itself.</summary>
    public int LooksBack { get; set; }

    /// <summary>The place of the next token among the tokens, to come back to.</summary>
    public int Mark
    {
        get => _at;
        set => _at = value;
    }

    /// <summary>The token after the next, or a later one.</summary>
    public Token Peek(int ahead = 1) => tokens[Math.Min(_at + ahead, tokens.Count - 1)];

    public Token Take() => Now.Kind == TokenKind.End ? Now : tokens[_at++];

    /// <summary>Takes the next token when it is one of these words.</summary>
    public bool Skip(params ReadOnlySpan<string> words)
    {
        if (!Now.IsAny(words))
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>Takes several words that follow each other, or none.</summary>
    public bool SkipAll(params ReadOnlySpan<string> words)
    {
        for (var index = 0; index < words.Length; index++)
        {
            if (!Peek(index).Is(words[index]))
            {
                return false;
            }
        }

        _at += words.Length;
        return true;
    }

    public void Expect(string sign)
    {
        if (!Skip(sign))
        {
            throw Wrong($"'{sign}' is missing before {Here()}.");
        }
    }

    /// <summary>The number of a reference, a new one where there is none like it.</summary>
    public int NumberOf(Reference reference)
    {
        references.Add(reference);
        return references.Count - 1;
    }

    /// <summary>Reads a whole number of closes from 1 on.</summary>
    public int Closes(int least = 1)
    {
        var token = Take();
        var closes = token.Kind == TokenKind.Number && int.TryParse(token.Text, out var number) && number >= least && number <= MaxCloses
            ? number
            : throw new PhraseException(token.At, $"'{token.Text}' is no number of closes. Write a whole number from {least} to {MaxCloses}.");
        Skip("closes", "close", "candles", "candle", "bars", "bar");
        return closes;
    }

    /// <summary>Reads an interval where there is one: <c>4h</c>.</summary>
    public Interval? TryInterval()
    {
        if (Now.Kind == TokenKind.Word && Interval.TryParse(Now.Text, out var interval))
        {
            _at++;
            return interval;
        }

        return null;
    }

    public PhraseException Wrong(string message) => new(Now.At, message);

    /// <summary>What stands at the place of the next token, for people.</summary>
    public string Here() => Now.Kind == TokenKind.End ? "the end" : $"'{Now.Text}'";

    /// <summary>Goes into something that can hold itself again.</summary>
    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong($"This is nested deeper than {MaxDepth} times.");
        }
    }

    public void Leave() => _depth--;
}
