using System.Text.RegularExpressions;

namespace OhlcvConnector.Server.Settings;

/// <summary>Takes secrets out of the texts of settings, before anybody is shown them.</summary>
internal static partial class SettingMask
{
    private const string Masked = "***";

    /// <summary>Returns a value without its secrets: keys whole, of addresses what is before the host, of others what is called a password.</summary>
    /// <param name="name">The setting's name.</param>
    /// <param name="value">Its value; null for none.</param>
    public static string? Of(string name, string? value) =>
        string.IsNullOrEmpty(value) ? value
        : name.EndsWith("Key", StringComparison.Ordinal) && !name.EndsWith("PerKey", StringComparison.Ordinal) ? Masked
        : value.TrimStart().StartsWith('{') ? $"{{ {Masked} }}" // a whole section, with whatever is in it
        : Assigned().Replace(User().Replace(value, Masked), $"$1{Masked}");

    /// <summary>Matches what stands before the host of an address, or of several with blanks or commas between them.</summary>
    [GeneratedRegex(@"(?<=://)[^\s]*(?=@)")]
    private static partial Regex User();

    [GeneratedRegex(@"((?:password|pwd|token|secret|key)\s*=)[^;&\s]+", RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();
}
