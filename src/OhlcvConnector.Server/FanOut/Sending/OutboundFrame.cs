namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>Frame of a series for many clients: one message.</summary>
/// <param name="Message">The WebSocket frame.</param>
/// <param name="Kind">The kind of the message.</param>
/// <param name="OpenMs">Open time of its candle, Unix epoch milliseconds.</param>
internal readonly record struct OutboundFrame(SharedMessage Message, FrameKind Kind, long OpenMs)
{
    /// <summary>Creates a frame that nobody has compressed yet.</summary>
    public OutboundFrame(byte[] bytes, FrameKind kind, long openMs)
        : this(new SharedMessage(bytes), kind, openMs)
    {
    }

    /// <summary>True when the message counts as a quote.</summary>
    public bool IsQuote => Kind is FrameKind.Open or FrameKind.Closed;
}

/// <summary>Message for many clients: its whole WebSocket frame, and the same compressed, which is made for the first who wants it.</summary>
/// <param name="plain">The frame, not compressed.</param>
internal sealed class SharedMessage(byte[] plain)
{
    private byte[]? _packed;

    /// <summary>The frame, not compressed.</summary>
    public byte[] Plain => plain;

    /// <summary>The frame as a client takes it, whatever it got before.</summary>
    public byte[] For(Packing packing) => packing == Packing.None ? plain : _packed ??= FramePacker.PackAlone(plain); // several threads make the same
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
