using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <content>Subscribing within the venue's limits, and what the venue answers.</content>
internal sealed partial class FeedConnection
{
    private static readonly TimeSpan RetryRejectedAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryTradesAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _sendGate = new();

    private async Task PumpAsync()
    {
        try
        {
            while (!_ended.IsCancellationRequested)
            {
                if (!await SendNextAsync(_ended.Token).ConfigureAwait(false))
                {
                    await _work.WaitAsync(_ended.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // the connection ended
        }
        catch (Exception exception) // without its pump a connection is of no use
        {
            Abort($"a request could not be sent: {exception.Message}");
        }
    }

    /// <summary>Sends one request if there is one to send; what it asks for is decided when its turn has come.</summary>
    private async Task<bool> SendNextAsync(CancellationToken cancellationToken)
    {
        if (!_subscriptions.HasRequest)
        {
            return await SendTradesAsync(cancellationToken).ConfigureAwait(false);
        }

        await PaceAsync(cancellationToken).ConfigureAwait(false);
        Send((output, stamp) =>
        {
            var batch = _subscriptions.Take(stamp.Id, out var isSubscribe);
            if (batch.Length == 0)
            {
                return;
            }

            if (isSubscribe)
            {
                Interlocked.Increment(ref _breaks);
                _access.Venue.WriteSubscribe(output, _access.Market, batch, stamp);
            }
            else
            {
                _access.Venue.WriteUnsubscribe(output, _access.Market, batch, stamp);
            }
        });
        return true;
    }

    /// <summary>Sends a request for trades if there is one to send, and no candles wait for theirs.</summary>
    private async Task<bool> SendTradesAsync(CancellationToken cancellationToken)
    {
        if (!_trades.HasRequest || !_subscriptions.IsComplete)
        {
            return false;
        }

        await PaceAsync(cancellationToken).ConfigureAwait(false);
        Send((output, stamp) =>
        {
            foreach (var series in _trades.Take(stamp.Id, most: 1, out var isSubscribe))
            {
                _access.Venue.WriteTrades(output, _access.Market, series, isSubscribe, stamp);
            }
        });
        return true;
    }

    private async Task PaceAsync(CancellationToken cancellationToken)
    {
        await _requests.SpendAsync(1, cancellationToken).ConfigureAwait(false);
        await _messages.SpendAsync(1, cancellationToken).ConfigureAwait(false);
        await _access.Address.Messages.SpendAsync(1, cancellationToken).ConfigureAwait(false);
    }

    private void OnAcknowledged(FrameNote note)
    {
        if (IsOfTrades(note))
        {
            foreach (var series in _trades.Accept(note, NamedTrades(note)))
            {
                _sink.OnTradesBegin(this, series);
            }
        }
        else
        {
            _subscriptions.Accept(note, Named(note));
        }

        CompleteLive();
        Wake();
    }

    /// <summary>Whether an answer is about trades; one that does not say so is about what waits for an answer, candles first.</summary>
    private bool IsOfTrades(FrameNote note) => note.IsTrades || (note is { Symbol: null, RequestId: null } && _subscriptions.IsComplete && _trades.Unacknowledged().Length > 0);

    private Series? NamedTrades(FrameNote note) => note.Symbol is { } symbol ? _batch.FindTape(Encoding.UTF8.GetBytes(symbol))?.First : null;

    private void OnTradesRejected(FrameNote note)
    {
        var (forNow, forGood) = _trades.Refuse(note, NamedTrades(note));
        Series[] refused = forGood is null ? forNow : [forGood];
        _trades.Defer(refused);
        foreach (var series in refused)
        {
            _sink.OnTradesRefused(series, note.Text);
        }

        _ = Task.Delay(RetryTradesAfter, _time, _ended.Token).ContinueWith(
            _ =>
            {
                _trades.Resume(refused);
                Wake();
            },
            _ended.Token,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        Wake();
    }

    private void OnRejected(FrameNote note)
    {
        if (IsOfTrades(note))
        {
            OnTradesRejected(note);
            return;
        }

        var (forNow, forGood) = _subscriptions.Refuse(note, Named(note));
        if (forNow.Length > 0)
        {
            RetryLater(forNow, RetryRejectedAfter);
        }

        if (forGood is not null)
        {
            Reject(forGood, note.Text);
        }

        CompleteLive();
        Wake();
    }

    private void Reject(Series series, string text)
    {
        if (_sink.OnRejected(series, text) is { } wait)
        {
            LogRejectedForNow(_logger, series.ToString(), Id, text, wait);
            RetryLater([series], wait);
            return;
        }

        _subscriptions.Reject(series);
        LogRejected(_logger, series.ToString(), Id, text);
    }

    private void RetryLater(Series[] series, TimeSpan wait)
    {
        _subscriptions.Defer(series);
        _ = Task.Delay(wait, _time, _ended.Token).ContinueWith(
            _ =>
            {
                _subscriptions.Resume(series);
                Wake();
            },
            _ended.Token,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
    }

    private Series? Named(FrameNote note) => note is { Symbol: { } symbol, Interval: { } interval }
        ? _batch.Find(Encoding.UTF8.GetBytes(symbol), Encoding.UTF8.GetBytes(interval))
        : null;

    private void CompleteLive()
    {
        if (_subscriptions.IsComplete)
        {
            _live.TrySetResult();
        }
    }
}
