using System.Threading.Channels;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>Recorded frames that a stream still has to say.</summary>
internal sealed class RecordedFrames
{
    private const int MaxBehind = 100_000; // who reads no faster is cut off, as by the exchanges

    private readonly Channel<ReadOnlyMemory<byte>> _waiting = Channel.CreateBounded<ReadOnlyMemory<byte>>(MaxBehind);

    /// <summary>Whether a message is of a subscription.</summary>
    public static bool IsOf(Subscription subscription, SandboxMessage message) => !subscription.IsStalled && subscription.Listing is { } listing
        && listing.Market == message.Market && (subscription.IsTrades
            ? message.TradesOf == listing.Symbol
            : message.Candles.Any(candle => candle.Series.VenueSymbol == listing.Symbol && candle.Interval == subscription.Interval));

    /// <summary>Adds one.</summary>
    public void Add(ReadOnlyMemory<byte> frame)
    {
        if (!_waiting.Writer.TryWrite(frame))
        {
            _waiting.Writer.TryComplete();
        }
    }

    /// <summary>Sends until the client is too far behind, or it is cancelled.</summary>
    public async Task SendAsync(Func<ReadOnlyMemory<byte>, Task> send, CancellationToken cancellationToken)
    {
        await foreach (var frame in _waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await send(frame).ConfigureAwait(false);
        }
    }
}
