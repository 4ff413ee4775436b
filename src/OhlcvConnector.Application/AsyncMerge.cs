using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace OhlcvConnector.Application;

/// <summary>Reads several sequences as one: each keeps its order, the slowest reader holds all of them, the first error ends all.</summary>
internal static class AsyncMerge
{
    private const int Capacity = 64; // a few candles of head start; what is beyond waits in the sources' own queues

    /// <summary>Merges. Every source is ended and awaited before this returns, however it ends.</summary>
    public static async IAsyncEnumerable<T> Merge<T>(
        IReadOnlyList<Func<CancellationToken, IAsyncEnumerable<T>>> sources, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var merged = Channel.CreateBounded<T>(new BoundedChannelOptions(Capacity) { SingleReader = true, AllowSynchronousContinuations = true });
        var pumps = Task.WhenAll(sources.Select(source => PumpAsync(source, merged.Writer, stop)));
        var completion = CompleteAsync(pumps, merged.Writer);
        try
        {
            await foreach (var item in merged.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await completion.ConfigureAwait(false);
        }
    }

    private static async Task PumpAsync<T>(Func<CancellationToken, IAsyncEnumerable<T>> source, ChannelWriter<T> writer, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var item in source(stop.Token).ConfigureAwait(false))
            {
                await writer.WriteAsync(item, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // another source failed first, or the reader left
        }
        catch (Exception exception)
        {
            writer.TryComplete(exception);
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task CompleteAsync<T>(Task pumps, ChannelWriter<T> writer)
    {
        await pumps.ConfigureAwait(false);
        writer.TryComplete();
    }
}
