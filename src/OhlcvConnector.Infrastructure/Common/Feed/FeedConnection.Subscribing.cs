using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Infrastructure.Common.Feed;

/// <content>Subscribing within the venue's limits, and what the venue answers.</content>
internal sealed partial class FeedConnection
{
    private static readonly TimeSpan RetryRejectedAfter = TimeSpan.FromSeconds(1);

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
            return false;
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

    private async Task PaceAsync(CancellationToken cancellationToken)
    {
        await _requests.SpendAsync(1, cancellationToken).ConfigureAwait(false);
        await _messages.SpendAsync(1, cancellationToken).ConfigureAwait(false);
        await _access.Address.Messages.SpendAsync(1, cancellationToken).ConfigureAwait(false);
    }

    private void OnAcknowledged(FrameNote note)
    {
        _subscriptions.Accept(note, Named(note));
        CompleteLive();
        Wake();
    }

    private void OnRejected(FrameNote note)
    {
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
