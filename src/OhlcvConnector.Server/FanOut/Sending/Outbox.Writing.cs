using System.Buffers;

namespace OhlcvConnector.Server.FanOut.Sending;

/// <content>How what waits leaves.</content>
internal sealed partial class Outbox
{
    private const int WriteSize = 64 * 1024;

    /// <summary>True when the outbox seems to be able to take something shared; a look without lock at all that <see cref="TrySend"/> needs.</summary>
    public bool IsReady => _phase == OutboxPhase.Open && _activity == OutboxActivity.Idle && !_gate.IsHeldByCurrentThread && wire.IsOpen;

    /// <summary>Writes what clients share, if nothing is before it; else nothing happens, and it is to be pushed.</summary>
    /// <param name="bytes">Whole frames.</param>
    /// <param name="quotes">The number of quotes among them.</param>
    /// <param name="window">Window to which compressed frames refer; null when each can be read by itself.</param>
    /// <param name="isFresh">True when the window begins with these frames.</param>
    /// <returns>True when it was taken.</returns>
    public bool TrySend(ReadOnlySpan<byte> bytes, int quotes, object? window = null, bool isFresh = false)
    {
        try
        {
            int sent;
            lock (_gate)
            {
                if (_activity != OutboxActivity.Idle || _phase != OutboxPhase.Open || _leaving > 0 || !_content.Allows(quotes)
                    || !_window.TryFollow(window, isFresh))
                {
                    return false;
                }

                sent = wire.TrySend(bytes);
                _content.Spend(quotes);
                _activity = sent < bytes.Length ? OutboxActivity.Writing : OutboxActivity.Idle;
            }

            if (sent < bytes.Length)
            {
                WriteLater(bytes, sent, quotes);
            }
            else
            {
                counters.Sent(sent, quotes);
            }
        }
        catch (IOException exception)
        {
            Abandon(exception.Message);
        }

        return true;
    }

    /// <summary>Writes what waits, on this thread while the peer takes it at once, else later.</summary>
    /// <param name="scratch">A buffer for this call only.</param>
    public void Flush(byte[] scratch)
    {
        lock (_gate)
        {
            if (_activity == OutboxActivity.Writing)
            {
                return;
            }

            _activity = _phase == OutboxPhase.Gone ? OutboxActivity.Idle : OutboxActivity.Writing;
            if (_activity == OutboxActivity.Idle)
            {
                return;
            }
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
                    WriteLater(scratch.AsSpan(0, length), sent, quotes);
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

    private void WriteLater(ReadOnlySpan<byte> bytes, int sent, int quotes)
    {
        var rest = ArrayPool<byte>.Shared.Rent(WriteSize);
        bytes[sent..].CopyTo(rest);
        counters.Sent(sent, 0);
        _pump = new OutboxPump(wire, writeTimeout, clock, counters, Fill, Abandon).RunAsync(rest, bytes.Length - sent, quotes);
    }

    /// <summary>Copies what waits into a buffer; 0 bytes end the writing.</summary>
    private (int Length, int Quotes) Fill(Span<byte> buffer)
    {
        buffer = buffer[..Math.Min(buffer.Length, WriteSize)];
        lock (_gate)
        {
            var quotes = 0;
            var length = _phase == OutboxPhase.Gone ? 0 : _content.CopyTo(buffer, out quotes);
            if (_content.IsAtLimit)
            {
                BeginClosing();
            }

            if (length == 0)
            {
                _activity = OutboxActivity.Idle;
                if (_phase != OutboxPhase.Open)
                {
                    _ended.TrySetResult(new OutboxEnd(_phase != OutboxPhase.Gone, _isSlow ? "it reads too slowly" : "closed"));
                }
            }

            return (length, quotes);
        }
    }
}
