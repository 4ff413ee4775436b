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
            Close($"a request could not be sent: {exception.Message}");
        }
    }

    /// <summary>Sends one request if there is one to send.</summary>
    private async Task<bool> SendNextAsync(CancellationToken cancellationToken)
    {
        if (_subscriptions.TakeUnwanted() is { Length: > 0 } unwanted)
        {
            await PaceAsync(cancellationToken).ConfigureAwait(false);
            Send((output, stamp) => _access.Venue.WriteUnsubscribe(output, _access.Market, unwanted, stamp));
            return true;
        }

        if (!_subscriptions.HasWanted)
        {
            return false;
        }

        await PaceAsync(cancellationToken).ConfigureAwait(false);
        var sent = false;
        Send((output, stamp) =>
        {
            var batch = _subscriptions.TakeWanted(stamp.Id);
            if (batch.Length > 0)
            {
                Interlocked.Increment(ref _breaks);
                _access.Venue.WriteSubscribe(output, _access.Market, batch, stamp);
                sent = true;
            }
        });
        return sent;
    }

    private async Task PaceAsync(CancellationToken cancellationToken)
    {
        await _requests.SpendAsync(1, cancellationToken).ConfigureAwait(false);
        await _messages.SpendAsync(1, cancellationToken).ConfigureAwait(false);
        await _access.Address.Messages.SpendAsync(1, cancellationToken).ConfigureAwait(false);
    }

    private void OnAcknowledged(FrameNote note)
    {
        if (Named(note) is { } series)
        {
            _subscriptions.Acknowledge(series);
        }
        else if (note.RequestId is { } id)
        {
            _subscriptions.Acknowledge(id);
        }
        else if (note.Symbol is null)
        {
            _subscriptions.AcknowledgeOldest();
        }

        CompleteLive();
        Wake();
    }

    private void OnRejected(FrameNote note)
    {
        var named = Named(note);
        var asked = note.RequestId is { } id ? _subscriptions.SentWith(id) : [];
        if (named is null && asked.Length == 0 && note.RequestId is null)
        {
            asked = _subscriptions.Unacknowledged(); // it names nothing: it is about something that waits for an answer
        }

        if (note.Retry)
        {
            RetryLater(named is null ? asked : [named], RetryRejectedAfter);
        }
        else if (named is not null)
        {
            Reject(named, note.Text);
            _subscriptions.Retry(asked.Where(series => !series.Equals(named)), alone: false); // one bad topic may have failed the whole request
        }
        else if (asked.Length == 1)
        {
            Reject(asked[0], note.Text);
        }
        else
        {
            _subscriptions.Retry(asked, alone: true);
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
