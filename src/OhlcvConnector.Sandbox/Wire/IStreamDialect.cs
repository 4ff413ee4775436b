using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>Dialect of one venue's stream: what it says and understands.</summary>
internal interface IStreamDialect
{
    /// <summary>The message of a candle; null where the venue sends nothing for it.</summary>
    /// <param name="subscription">Whose.</param>
    /// <param name="candle">The candle as of now.</param>
    /// <param name="isFinal">True when the candle has ended.</param>
    /// <param name="nowMs">The market's time.</param>
    byte[]? Encode(Subscription subscription, in CandleState candle, bool isFinal, long nowMs);

    /// <summary>The messages of some trades of one second, which are of one order; none where the venue has no such channel.</summary>
    /// <param name="subscription">Whose.</param>
    /// <param name="trades">The trades, in the order in which they happened.</param>
    /// <param name="nowMs">The market's time.</param>
    IEnumerable<byte[]> EncodeTrades(Subscription subscription, IReadOnlyList<SimulatedTrade> trades, long nowMs) => [];

    /// <summary>Returns the notice that the venue sends before it ends its streams for maintenance; null where it sends none.</summary>
    byte[]? MaintenanceNotice(long nowMs) => null;

    /// <summary>What the venue sends after each second in which it sent nothing; null where it sends nothing then.</summary>
    ReadOnlyMemory<byte>? Heartbeat => null;

    /// <summary>A recorded frame as this stream says it: as it came, unless it is wrapped here.</summary>
    ReadOnlyMemory<byte> Recorded(Subscription subscription, ReadOnlyMemory<byte> frame) => frame;

    /// <summary>Answers a text message of the client.</summary>
    Task OnTextAsync(StreamSession session, ReadOnlyMemory<byte> message);
}
