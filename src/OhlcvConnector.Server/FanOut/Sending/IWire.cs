namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>Connection that takes a client's bytes.</summary>
internal interface IWire
{
    /// <summary>True when it is connected, as far as is known.</summary>
    bool IsOpen { get; }

    /// <summary>Sends what can be sent without waiting, and says how many bytes that were; 0 when it would have to wait.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    int TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Sends everything, waiting for the peer where needed.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}
