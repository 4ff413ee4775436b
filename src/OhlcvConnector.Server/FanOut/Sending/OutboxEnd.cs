namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>How an outbox ended.</summary>
/// <param name="IsComplete">Whether all that waited left.</param>
/// <param name="Reason">In words.</param>
internal readonly record struct OutboxEnd(bool IsComplete, string Reason);
