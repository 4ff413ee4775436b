namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>How an outbox ended.</summary>
/// <param name="IsComplete">Whether all that waited left.</param>
/// <param name="Reason">In words.</param>
internal readonly record struct OutboxEnd(bool IsComplete, string Reason);

/// <summary>The phases of an outbox, in their order.</summary>
internal enum OutboxPhase
{
    /// <summary>It takes messages.</summary>
    Open,

    /// <summary>It takes nothing more; what waits still leaves.</summary>
    Closing,

    /// <summary>The peer is gone: nothing leaves any more.</summary>
    Gone,
}

/// <summary>What goes on with what waits in an outbox.</summary>
internal enum OutboxActivity
{
    /// <summary>Nothing waits.</summary>
    Idle,

    /// <summary>Something waits, and whoever brought it will flush.</summary>
    Flagged,

    /// <summary>Somebody writes.</summary>
    Writing,
}
