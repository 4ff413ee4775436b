namespace OhlcvConnector.Application.Keys;

/// <summary>What a key allows. Each role allows what those before it do.</summary>
public enum KeyRole
{
    /// <summary>Reading: candles, prices, accounts.</summary>
    Read,

    /// <summary>Also what changes something: simulated orders, rules, accounts.</summary>
    Trade,

    /// <summary>Also what is the operator's own.</summary>
    Admin,
}

/// <summary>The words for roles, in files, databases and commands: <c>read</c>, <c>trade</c>, <c>admin</c>.</summary>
public static class KeyRoleNames
{
    /// <summary>All words, the least role first.</summary>
    public static IReadOnlyList<string> All { get; } = ["read", "trade", "admin"];

    /// <summary>Returns the word for a role.</summary>
    public static string Name(this KeyRole role) => All[(int)role];

    /// <summary>Reads a stored role.</summary>
    /// <param name="text">The word; null for <see cref="KeyRole.Read"/>, as keys that are older than roles have it.</param>
    /// <exception cref="InvalidDataException">It is no word of <see cref="All"/>.</exception>
    public static KeyRole Read(string? text)
    {
        var index = text is null ? 0 : All.ToList().IndexOf(text);
        return index >= 0 ? (KeyRole)index : throw new InvalidDataException($"There is no role '{text}'; a key's role is {string.Join(", ", All)}.");
    }
}
