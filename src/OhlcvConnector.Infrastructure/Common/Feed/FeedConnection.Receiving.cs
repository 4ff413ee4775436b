using System.Net.WebSockets;
using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <content>Reading frames, and what each of them is.</content>
internal sealed partial class FeedConnection
{
    private void Receive()
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        var skipping = false;
        while (true)
        {
            if (length == buffer.Length && !skipping)
            {
                skipping = buffer.Length >= LongestFrame;
                if (!skipping)
                {
                    Array.Resize(ref buffer, buffer.Length * 2);
                }
            }

            var receive = _webSocket!.ReceiveAsync(skipping ? buffer : buffer.AsMemory(length), CancellationToken.None);
            var part = receive.IsCompletedSuccessfully ? receive.Result : receive.AsTask().GetAwaiter().GetResult();
            if (part.MessageType == WebSocketMessageType.Close)
            {
                OnClose();
                return;
            }

            length += skipping ? 0 : part.Count;
            if (part.EndOfMessage)
            {
                if (skipping || part.MessageType == WebSocketMessageType.Binary)
                {
                    OnMalformed(skipping ? $"a frame of more than {LongestFrame} bytes" : "a binary frame", buffer.AsSpan(0, Math.Min(length, 100)));
                }
                else
                {
                    OnFrame(buffer.AsSpan(0, length));
                }

                length = 0;
                skipping = false;
            }
        }
    }

    private void OnClose()
    {
        IsPlannedEnd = (int?)_webSocket!.CloseStatus is GoingAway or ServiceRestart;
        var words = $"{(int?)_webSocket.CloseStatus} {_webSocket.CloseStatusDescription}".TrimEnd();
        SetReason($"the exchange closed the connection ({words})");
        if (_webSocket.State == WebSocketState.CloseReceived)
        {
            _farewell = _time.CreateTimer(_ => Cut(), null, Farewell, Timeout.InfiniteTimeSpan); // for who says that he ends it, and does not
            SayGoodbye(_webSocket.CloseStatus is { } status and not WebSocketCloseStatus.Empty ? status : WebSocketCloseStatus.NormalClosure);
        }
    }

    /// <summary>Wakes the reader once for all frames of one read; the reader's code runs here, on this thread, unless told otherwise.</summary>
    private void SignalReader()
    {
        _isReceivedAtKnown = false;
        var start = _time.GetTimestamp();
        _queue.Signal();
        if (_time.GetElapsedTime(start) > StallLimit)
        {
            _access.Counters.ReaderStalled();
            LogStall(_logger, _access.Name, Id, _time.GetElapsedTime(start));
        }
    }

    private void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (!_isReceivedAtKnown) // once for all frames of a read
        {
            _receivedAt = _access.MarketClock.GetUtcNow();
            _receivedMs = _access.Clock.OurNowMs;
            _isReceivedAtKnown = true;
            _access.Counters.MessageAt(_receivedAt.UtcTicks);
        }

        _batch.Reset(QuoteSource.Stream, _receivedAt);
        var decoded = _access.Venue.TryDecode(_access.Market, frame, _batch);
        if (_batch.Refused > 0)
        {
            OnRefused();
        }

        if (_batch.Count > 0)
        {
            OnQuotes();
        }

        foreach (ref readonly var trade in _batch.Trades)
        {
            _sink.OnTrade(this, trade);
        }

        if (decoded.Kind != FrameKind.Quotes)
        {
            OnOther(decoded, frame);
        }
    }

    private void OnQuotes()
    {
        foreach (ref readonly var quote in _batch.Quotes)
        {
            if (quote.EventTime is { } sent)
            {
                _access.Clock.OnEvent(sent.ToUnixTimeMilliseconds(), _receivedMs);
            }
            else if (!quote.IsClosed)
            {
                _access.Clock.OnOpenCandle(quote.OpenMs, quote.CloseMs, _receivedMs);
            }

            if (!_live.Task.IsCompleted)
            {
                _subscriptions.Hear(quote.Series);
                CompleteLive();
            }

            _sink.OnQuote(this, quote);
        }
    }

    private void OnOther(Frame frame, ReadOnlySpan<byte> bytes)
    {
        switch (frame.Kind)
        {
            case FrameKind.Acknowledged:
                OnAcknowledged(frame.Note!);
                break;
            case FrameKind.Rejected:
                OnRejected(frame.Note!);
                break;
            case FrameKind.Closing:
                LogClosing(_logger, _access.Name, Id, frame.Note!.Text);
                _closing.TrySetResult(frame.Note.Text);
                break;
            case FrameKind.Malformed:
                OnMalformed(frame.Note!.Text, bytes);
                break;
            case FrameKind.Heartbeat:
                OnVenuePong();
                break;
            case FrameKind.Quotes or FrameKind.Trades or FrameKind.Noise:
            default:
                break;
        }
    }

    private void OnRefused()
    {
        Interlocked.Increment(ref _breaks);
        var count = _access.Counters.RefusedCandles(_batch.Refused);
        if (_sink.MayLogFault())
        {
            LogRefused(_logger, _access.Name, Id, _batch.Refusal!, count);
        }
    }

    private void OnMalformed(string reason, ReadOnlySpan<byte> frame)
    {
        Interlocked.Increment(ref _breaks);
        Source.Break();
        var count = _access.Counters.MalformedFrame();
        if (_sink.MayLogFault())
        {
            LogMalformed(_logger, _access.Name, Id, reason, Encoding.UTF8.GetString(frame[..Math.Min(frame.Length, 200)]), count);
        }
    }
}
