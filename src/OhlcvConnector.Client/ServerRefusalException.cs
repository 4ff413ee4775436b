namespace OhlcvConnector.Client;

/// <summary>The server answered that it will not do what it was asked. Never leaves the library: whoever asked makes the domain's error of it.</summary>
/// <param name="code">The server's code, such as <c>unknown_symbol</c>.</param>
/// <param name="message">The server's text.</param>
internal sealed class ServerRefusalException(string code, string message) : Exception(message)
{
    /// <summary>The server's code.</summary>
    public string Code { get; } = code;

    /// <summary>Spellings that the server suggests; empty for none.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];
}

/// <summary>Thrown when the server does not take the API key, or wants one.</summary>
/// <param name="server">The server.</param>
/// <param name="text">The server's text; null when it says nothing but no.</param>
internal sealed class KeyRefusedException(Uri server, string? text)
    : Exception($"{server} refuses the API key ({nameof(ConnectorClientOptions.ApiKey)}, --server-key in a terminal): {text ?? "unknown or revoked"}");
