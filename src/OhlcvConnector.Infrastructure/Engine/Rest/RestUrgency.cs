namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>What a request may take of a venue's budget, where others may want some.</summary>
internal enum RestUrgency
{
    /// <summary>Live candles wait for it: all that there is.</summary>
    Live,

    /// <summary>Somebody waits for a short answer: a quarter at once, and beyond that all but what is kept for live candles.</summary>
    Short,

    /// <summary>Somebody reads much: half of it, evenly.</summary>
    Bulk,
}
