using System.Globalization;
using System.Net;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>A venue answered the handshake of a WebSocket with a refusal.</summary>
internal sealed class HandshakeRefusedException(HttpStatusCode status, TimeSpan? retryAfter, Exception inner)
    : IOException(string.Create(CultureInfo.InvariantCulture, $"The WebSocket handshake was refused: HTTP {(int)status} {status}"), inner)
{
    /// <summary>HTTP status that the venue answered.</summary>
    public HttpStatusCode Status => status;

    /// <summary>Time for which the venue wants to be left alone; null where it does not say.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
