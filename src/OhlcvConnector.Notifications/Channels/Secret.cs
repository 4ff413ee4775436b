using OhlcvConnector.Domain;

namespace OhlcvConnector.Notifications.Channels;

/// <summary>A secret of a channel: the settings say where it is, <c>env:NAME</c> or <c>file:PATH</c>. Whatever is written of it is masked.</summary>
internal sealed class Secret
{
    /// <summary>How a setting says where a secret is.</summary>
    public const string Form = "env:NAME for a variable of the environment, or file:PATH for a file that holds nothing else";

    private const string Environment = "env:";
    private const string InFile = "file:";
    private const int Shown = 4;
    private const int LongEnough = 16; // of a shorter one, too much would be shown

    private Secret(string value) => Value = value;

    /// <summary>The secret itself, for who sends it where it belongs.</summary>
    public string Value { get; }

    /// <summary>Whether a text says where a secret is.</summary>
    public static bool Is(string text) => text.StartsWith(Environment, StringComparison.Ordinal) || text.StartsWith(InFile, StringComparison.Ordinal);

    /// <summary>Reads a secret from where the text says.</summary>
    /// <param name="text">Where it is.</param>
    /// <param name="setting">The setting, for messages.</param>
    /// <param name="variable">Looks up a variable of the environment.</param>
    /// <exception cref="InvalidSettingException">It is not there; the message does not hold it.</exception>
    public static Secret Read(string text, string setting, Func<string, string?> variable)
    {
        if (text.StartsWith(Environment, StringComparison.Ordinal))
        {
            var name = text[Environment.Length..];
            return Of(variable(name), $"{setting}: the variable {name} of the environment is not set, or empty. Set it to the secret.");
        }

        var path = text[InFile.Length..];
        try
        {
            return Of(File.ReadAllText(path), $"{setting}: the file {path} is empty. Write the secret into it, and nothing else.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidSettingException($"{setting}: the file {path} cannot be read: {exception.Message}");
        }
    }

    /// <summary>Makes a secret of a text that is one, such as an address in which a token stands.</summary>
    public static Secret Literal(string value) => new(value);

    /// <summary>The text with the secret in it masked, whole or without its scheme and host.</summary>
    public string Hide(string text)
    {
        var hidden = text.Replace(Value, ToString(), StringComparison.Ordinal);
        return Uri.TryCreate(Value, UriKind.Absolute, out var address) && address.PathAndQuery.Length > 1
            ? hidden.Replace(address.PathAndQuery, "/...", StringComparison.Ordinal) : hidden;
    }

    /// <summary>The secret, masked: its first and last four letters, where it is long.</summary>
    public override string ToString() => Value.Length < LongEnough ? "..." : $"{Value[..Shown]}...{Value[^Shown..]}";

    private static Secret Of(string? value, string problem) =>
        value?.Trim() is { Length: > 0 } secret ? new Secret(secret) : throw new InvalidSettingException(problem);
}
