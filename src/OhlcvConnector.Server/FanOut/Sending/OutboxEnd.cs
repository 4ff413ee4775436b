namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>End of an outbox: whether all that waited left, and why it ended.</summary>
/// <param name="IsComplete">True when all that waited left.</param>
/// <param name="Reason">The reason, in words.</param>
internal readonly record struct OutboxEnd(bool IsComplete, string Reason);

/// <summary>The phases of an outbox, in their order.</summary>
internal enum OutboxPhase
{
    /// <summary>The outbox takes messages.</summary>
    Open,

    /// <summary>The outbox takes nothing more; what waits still leaves.</summary>
    Closing,

    /// <summary>The peer is gone: nothing leaves any more.</summary>
    Gone,
}

/// <summary>Activity of an outbox: whether what waits in it is being written.</summary>
internal enum OutboxActivity
{
    /// <summary>Idle: nothing waits, and nobody writes.</summary>
    Idle,

    /// <summary>Something waits, and whoever brought it will flush.</summary>
    Flagged,

    /// <summary>Somebody writes.</summary>
    Writing,
}
