namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>
/// Packing of the frames that a client shares with others: whether it has agreed to <c>permessage-deflate</c> (RFC 7692), and how much of it.
/// </summary>
internal enum Packing
{
    /// <summary>No frame is compressed.</summary>
    None,

    /// <summary>Each frame is compressed by itself: the client keeps nothing of those before.</summary>
    Alone,

    /// <summary>A frame may refer to those before it that were compressed.</summary>
    Window,
}
