using System.Buffers;

namespace OhlcvConnector.Server.FanOut;

/// <content>How what waits leaves.</content>
internal sealed partial class Outbox
{
    private const int WriteSize = 64 * 1024;

    /// <summary>Writes what waits, on this thread while the peer takes it at once, else later.</summary>
    /// <param name="scratch">A buffer for this call only.</param>
    public void Flush(byte[] scratch)
    {
        lock (_gate)
        {
            _flagged = false;
            if (_writing || _gone)
            {
                return;
            }

            _writing = true;
        }

        try
        {
            while (true)
            {
                var (length, quotes) = Fill(scratch);
                if (length == 0)
                {
                    return;
                }

                var sent = wire.TrySend(scratch.AsSpan(0, length));
                if (sent < length)
                {
                    var rest = ArrayPool<byte>.Shared.Rent(WriteSize);
                    scratch.AsSpan(sent, length - sent).CopyTo(rest);
                    counters.Sent(sent, 0);
                    _pump = ContinueAsync(rest, length - sent, quotes);
                    return;
                }

                counters.Sent(length, quotes);
            }
        }
        catch (IOException exception)
        {
            Abandon(exception.Message);
        }
    }

    /// <summary>Writes what waits; for those who write rarely.</summary>
    public void Flush()
    {
        var scratch = ArrayPool<byte>.Shared.Rent(WriteSize);
        try
        {
            Flush(scratch);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private async Task ContinueAsync(byte[] buffer, int length, int quotes)
    {
        try
        {
            using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
            while (length > 0)
            {
                patience.CancelAfter(writeTimeout);
                await wire.SendAsync(buffer.AsMemory(0, length), patience.Token).ConfigureAwait(false);
                counters.Sent(length, quotes);
                (length, quotes) = Fill(buffer);
            }
        }
        catch (OperationCanceledException)
        {
            counters.WriteTimedOut();
            Abandon($"a write did not end within {writeTimeout.TotalSeconds:0} s");
        }
        catch (IOException exception)
        {
            Abandon(exception.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Copies what waits into a buffer; 0 bytes end the writing.</summary>
    private (int Length, int Quotes) Fill(Span<byte> buffer)
    {
        buffer = buffer[..Math.Min(buffer.Length, WriteSize)];
        var (length, quotes) = (0, 0);
        lock (_gate)
        {
            while (length < buffer.Length && !_gone && (_current is not null || TakeNext(ref quotes)))
            {
                var copied = Math.Min(buffer.Length - length, _current!.Length - _currentOffset);
                _current.AsSpan(_currentOffset, copied).CopyTo(buffer[length..]);
                length += copied;
                _currentOffset += copied;
                if (_currentOffset == _current.Length)
                {
                    _current = null;
                }
            }

            if (length == 0)
            {
                _writing = false;
                if (_closing)
                {
                    _ended.TrySetResult(new OutboxEnd(!_gone, _isSlow ? "it reads too slowly" : "closed"));
                }
            }
        }

        return (length, quotes);
    }

    private bool TakeNext(ref int quotes)
    {
        if (_queue.TryDequeue(out var entry))
        {
            _waiting -= entry.Weight;
            return Take(entry.Frame, entry.IsQuote, ref quotes);
        }

        while (_open.TryDequeue(out var place))
        {
            place.IsQueued = false;
            if (place.Frame is { } frame)
            {
                place.Frame = null;
                return Take(frame, isQuote: true, ref quotes);
            }
        }

        return false;
    }

    private bool Take(byte[] frame, bool isQuote, ref int quotes)
    {
        _current = frame;
        _currentOffset = 0;
        if (isQuote)
        {
            quotes++;
            if (--_quotesLeft == 0)
            {
                _queue.Clear();
                _open.Clear();
                BeginClosing();
                _waiting = 0;
                _queue.Enqueue(new Entry(_farewell!, 0, IsQuote: false));
            }
        }

        return true;
    }
}
