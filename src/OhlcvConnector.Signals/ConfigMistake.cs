namespace OhlcvConnector.Signals;

/// <summary>Mistake in a file of rules: where it is, and what would be right.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
/// <param name="Field">The field, such as <c>rules[2].when</c>; empty where it is not about one.</param>
/// <param name="Message">What is wrong and what would be right, for people.</param>
public sealed record ConfigMistake(int Line, int Column, string Field, string Message)
{
    /// <summary>Writes it: <c>line 12, column 15, rules[2].when: There is no indicator 'rsj'. Did you mean rsi?</c></summary>
    public override string ToString() => $"line {Line}, column {Column}{(Field.Length == 0 ? "" : $", {Field}")}: {Message}";
}
