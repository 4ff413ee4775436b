using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Queue;

/// <summary>The slot of a series' open candle: the newest state replaces the one before. Guarded by its queue.</summary>
internal sealed class OpenSlot
{
    /// <summary>The newest state; meaningful while <see cref="IsWaiting"/>.</summary>
    public PriceQuote Quote;

    /// <summary>True when <see cref="Quote"/> was not read yet.</summary>
    public bool IsWaiting;

    /// <summary>True when the slot stands in the queue's order.</summary>
    public bool IsQueued;
}
