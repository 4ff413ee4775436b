namespace OhlcvConnector.Signals;

/// <summary>
/// Rules under a name, as a text that can be kept: it says all of them, those of built-in sets too, so that they stay what they are though a file is changed or
/// a later version of the sets says something else. <see cref="KeptRules"/> writes and reads it.
/// </summary>
/// <param name="Name">Where they are from: the name of a built-in set or of a file, for people.</param>
/// <param name="Text">JSON as <see cref="TradingConfig"/> reads it, without comments.</param>
public sealed record NamedRules(string Name, string Text)
{
    /// <summary>Whether others are these: the same text, or the same built-in set of whatever version.</summary>
    /// <param name="other">The others; null for none.</param>
    public bool IsSameAs(NamedRules? other) => other?.Name == Name && (other.Text == Text || BuiltInSets.Names.Contains(Name));
}
