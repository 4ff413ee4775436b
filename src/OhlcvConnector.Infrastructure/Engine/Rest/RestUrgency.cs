namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>Urgency of a request: what it may take of a venue's budget, where others may want some.</summary>
internal enum RestUrgency
{
    /// <summary>Urgent: live candles wait for it, and it may take all that there is.</summary>
    Live,

    /// <summary>Short: somebody waits for a short answer, which may take a quarter at once, and beyond that all but what is kept for live candles.</summary>
    Short,

    /// <summary>Bulk: somebody reads much, which may take half of it, evenly.</summary>
    Bulk,
}
