namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>Frame of a series for many clients: one message.</summary>
/// <param name="Bytes">The whole WebSocket frame.</param>
/// <param name="Kind">The kind of the message.</param>
/// <param name="OpenMs">Open time of its candle, Unix epoch milliseconds.</param>
internal readonly record struct OutboundFrame(byte[] Bytes, FrameKind Kind, long OpenMs)
{
    /// <summary>True when the message counts as a quote.</summary>
    public bool IsQuote => Kind is FrameKind.Open or FrameKind.Closed;
}

/// <summary>A frame with its series' place in a group.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Slot">The place.</param>
internal readonly record struct SlotFrame(OutboundFrame Frame, int Slot);

/// <summary>Kind of a message.</summary>
internal enum FrameKind
{
    /// <summary>An open candle: its newest state wins.</summary>
    Open,

    /// <summary>A closed candle.</summary>
    Closed,

    /// <summary>The notice that candles are missing before this one.</summary>
    Gap,

    /// <summary>The status of the series.</summary>
    Status,
}
