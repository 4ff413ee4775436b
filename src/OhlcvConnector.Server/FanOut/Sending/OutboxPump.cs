using System.Buffers;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <summary>Writes what a client did not take at once, and what comes after it, until nothing waits any more or the peer is given up.</summary>
/// <param name="wire">The connection that takes the bytes.</param>
/// <param name="writeTimeout">The longest time that one write may take before the peer counts as dead.</param>
/// <param name="clock">The clock of <paramref name="writeTimeout"/>.</param>
/// <param name="counters">The counters of the server.</param>
/// <param name="fill">Copies what waits into a buffer; 0 bytes end the writing.</param>
/// <param name="abandon">Gives the peer up, with the reason.</param>
internal sealed class OutboxPump(
    IWire wire, TimeSpan writeTimeout, TimeProvider clock, ServerCounters counters, BufferFill fill, Action<string> abandon)
{
    /// <summary>Writes.</summary>
    /// <param name="buffer">A rented buffer, which is given back.</param>
    /// <param name="length">The number of bytes that are in it.</param>
    /// <param name="quotes">The number of quotes among them.</param>
    public async Task RunAsync(byte[] buffer, int length, int quotes)
    {
        try
        {
            using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
            while (length > 0)
            {
                patience.CancelAfter(writeTimeout);
                await wire.SendAsync(buffer.AsMemory(0, length), patience.Token).ConfigureAwait(false);
                counters.Sent(length, quotes);
                (length, quotes) = fill(buffer);
            }
        }
        catch (OperationCanceledException)
        {
            counters.WriteTimedOut();
            abandon($"a write did not end within {writeTimeout.TotalSeconds:0} s");
        }
        catch (IOException exception)
        {
            abandon(exception.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>Copies what waits into a buffer, and says how many bytes and quotes that are.</summary>
internal delegate (int Length, int Quotes) BufferFill(Span<byte> buffer);
