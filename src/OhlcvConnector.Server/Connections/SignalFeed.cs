using OhlcvConnector.Application.Signals;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Connections;

/// <summary>Hands signals to the clients that want them.</summary>
/// <param name="store">Where signals are kept.</param>
internal sealed class SignalFeed(ISignalStore store) : KeptFeed<SignalFilter, KeptSignal>
{
    /// <inheritdoc/>
    protected override int MaxLimit => SignalFilter.MaxLimit;

    /// <inheritdoc/>
    protected override long NumberOf(KeptSignal kept) => kept.Number;

    /// <inheritdoc/>
    protected override byte[] FrameOf(KeptSignal kept) => V1Signals.Frame(kept);

    /// <inheritdoc/>
    protected override bool Matches(SignalFilter filter, KeptSignal kept) => filter.Matches(kept.Signal);

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<KeptSignal>> ReadAsync(SignalFilter filter, long? after, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(filter with { After = after, IsAscending = after is not null, Limit = limit }, cancellationToken);
}
