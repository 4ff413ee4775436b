using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <content>Takes what was read: decodes it, and tells whom it concerns.</content>
internal sealed partial class FeedConnection
{
    private void OnFrame(ReadOnlySpan<byte> frame)
    {
        _arrival.OnFrame(_stream!.LastRead);
        _access.Options.OnReceived?.Invoke(_access.Venue.Name, _access.Market.Market, request: null, frame);
        _batch.Reset(QuoteSource.Stream, _arrival.ReceivedAt);
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
            _sink.OnTrade(_arrival, trade);
        }

        if (decoded.Kind is not (FrameKind.Failed or FrameKind.Malformed))
        {
            Subscriber.OnFrame();
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
                _access.Clock.OnEvent(sent.ToUnixTimeMilliseconds(), _arrival.ReceivedMs);
            }
            else if (!quote.IsClosed)
            {
                _access.Clock.OnOpenCandle(quote.OpenMs, quote.CloseMs, _arrival.ReceivedMs);
            }

            Subscriber.OnCandle(quote.Series);
            _sink.OnQuote(_arrival, quote);
        }
    }

    private void OnOther(Frame frame, ReadOnlySpan<byte> bytes)
    {
        switch (frame.Kind)
        {
            case FrameKind.Acknowledged:
                Subscriber.OnAcknowledged(frame.Note!);
                break;
            case FrameKind.Rejected:
                Subscriber.OnRejected(frame.Note!);
                break;
            case FrameKind.Closing:
                LogClosing(_logger, _access.Name, Id, frame.Note!.Text);
                _closing.TrySetResult(frame.Note.Text);
                break;
            case FrameKind.Failed:
                _hasFailed = true;
                _state.EndByVenue($"the exchange ended the connection: {_access.Mask(frame.Note!.Text)}");
                CutAfterFarewell(); // it closes next; should it not, we do
                break;
            case FrameKind.Malformed:
                OnMalformed(frame.Note!.Text, bytes);
                break;
            case FrameKind.Heartbeat:
                _heartbeat.OnVenuePong();
                break;
            case FrameKind.Quotes or FrameKind.Trades or FrameKind.Noise:
            default:
                break;
        }
    }

    private void OnRefused()
    {
        _arrival.Break();
        var count = _access.Counters.RefusedCandles(_batch.Refused);
        if (_sink.MayLogFault())
        {
            LogRefused(_logger, _access.Name, Id, _batch.Refusal!, count);
        }
    }

    private void OnMalformed(string reason, ReadOnlySpan<byte> frame)
    {
        _arrival.Break();
        _arrival.Trades.Break();
        var count = _access.Counters.MalformedFrame();
        if (_sink.MayLogFault())
        {
            LogMalformed(_logger, _access.Name, Id, reason, _access.Mask(Encoding.UTF8.GetString(frame[..Math.Min(frame.Length, 200)])), count);
        }
    }
}
