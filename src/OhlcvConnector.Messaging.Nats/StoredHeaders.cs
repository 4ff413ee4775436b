using System.Text;
using NATS.Client.JetStream.Models;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>Headers of a message that was asked for by its place, which come as the text that they are on the wire.</summary>
internal sealed class StoredHeaders
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private StoredHeaders(string text)
    {
        foreach (var line in text.Split("\r\n").Skip(1)) // the first is the version of headers
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                _values[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }
    }

    /// <summary>Reads the headers of a message.</summary>
    public static StoredHeaders Of(StoredMessage message) =>
        new(message.Hdrs is { Length: > 0 } text ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : "");

    /// <summary>The value of a header; null where it is not there.</summary>
    public string? Value(string name) => _values.GetValueOrDefault(name);
}
