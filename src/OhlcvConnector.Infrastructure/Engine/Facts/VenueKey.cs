namespace OhlcvConnector.Infrastructure.Engine.Facts;

/// <summary>API key of a venue that answers nobody without one.</summary>
/// <param name="Header">The header that the key goes out in.</param>
/// <param name="Setting">The setting that holds it.</param>
internal sealed record VenueKey(string Header, string Setting)
{
    private const int Shown = 4;
    private const int MinMasked = 12; // of a shorter one, eight letters would be most of it

    /// <summary>The key itself; null where none is set.</summary>
    public string? Value { get; init; }

    /// <summary>The key as texts may have it: its first and last four letters, <c>abcd...wxyz</c>.</summary>
    public string Masked => Value is null ? "none" : Value.Length < MinMasked ? "..." : $"{Value[..Shown]}...{Value[^Shown..]}";

    /// <summary>The same text with the key masked wherever it stands in it.</summary>
    public string Mask(string text) => string.IsNullOrEmpty(Value) ? text : text.Replace(Value, Masked, StringComparison.Ordinal);

    /// <summary>Writes the key masked: it stands in no text.</summary>
    public override string ToString() => $"{Header}: {Masked}";
}
