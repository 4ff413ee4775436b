using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Publishing;

/// <summary>The publishing of one series: resume where the bus ends, append what comes, and resume again when the bus says otherwise.</summary>
public sealed partial class PublishQuotes
{
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(10);

    private SinkException? _trouble; // of the bus, so that it is told once, not for each series

    private async Task WorkAsync(PublishedSeries published)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, published.Stop.Token);
        var cancellationToken = either.Token;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var end = await PersistAsync(() => _sink.EndAsync(published.Series, cancellationToken), cancellationToken).ConfigureAwait(false);
                var lane = published.Resume(_timer);
                Subscribe(lane.Series, end ?? published.Begin);
                await PublishAsync(published, lane, cancellationToken).ConfigureAwait(false);
                Unsubscribe(published);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // it was told to end
        }
        catch (Exception exception)
        {
            _failed.TrySetException(exception);
        }
        finally
        {
            Unsubscribe(published);
        }
    }

    /// <summary>Publishes what comes until the bus refuses it, or too much waits.</summary>
    private async Task PublishAsync(PublishedSeries published, PublishingLane lane, CancellationToken cancellationToken)
    {
        while (await lane.NextAsync(cancellationToken).ConfigureAwait(false) is { } quote)
        {
            if (!quote.IsClosed)
            {
                await UpdateAsync(quote, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var outcome = await PersistAsync(() => _sink.AppendAsync(quote, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
            _tally.Append(outcome, quote.GapBefore is not null);
            if (outcome == SinkOutcome.Fenced)
            {
                Tell($"{_sink.Location} has stored something else of {published.Series} than was published from here: another publisher has it, or the bus lost its newest candles. It goes on where the bus ends.");
                return;
            }

            lane.Done();
            if (outcome == SinkOutcome.Stored)
            {
                OnPublished?.Invoke(quote);
            }
        }
    }

    /// <summary>Tries the same until the bus is there: nothing is left out.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var pause = MinPause; ; pause = pause * 2 < MaxPause ? pause * 2 : MaxPause)
        {
            try
            {
                var result = await attempt().ConfigureAwait(false);
                if (Interlocked.Exchange(ref _trouble, null) is not null)
                {
                    Tell($"{_sink.Location} takes candles again.");
                }

                return result;
            }
            catch (SinkException exception) when (exception.MayPass)
            {
                _tally.Fail();
                if (Interlocked.CompareExchange(ref _trouble, exception, null) is null)
                {
                    Tell($"{exception.Message} Candles wait, and what is too much is read again from history.");
                }

                await Task.Delay(pause, _timer, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task UpdateAsync(PriceQuote open, CancellationToken cancellationToken)
    {
        try
        {
            await _sink.UpdateAsync(open, cancellationToken).ConfigureAwait(false);
            _tally.Update();
        }
        catch (SinkException)
        {
            _tally.SkipUpdate(); // the next one replaces it; closed candles say what is wrong
        }
    }

    private void Subscribe(Series series, DateTimeOffset? since)
    {
        lock (_gate)
        {
            var key = (series.Exchange, series.Market);
            if (_open.TryGetValue(key, out var there))
            {
                there.Add(series, since);
                return;
            }

            var feed = _feeds.Open([series], since);
            feed.OnStatus = status => _ = PassOnAsync(status);
            _open.Add(key, feed);
            _readers.Add(ReadAsync(feed));
        }
    }

    private void Unsubscribe(PublishedSeries published)
    {
        if (published.Lane is not { } lane)
        {
            return;
        }

        _tally.ReadAgain(published.Retire());
        lock (_gate)
        {
            if (_open.TryGetValue((lane.Series.Exchange, lane.Series.Market), out var feed))
            {
                feed.Remove(lane.Series);
            }
        }
    }

    private async Task PassOnAsync(SeriesStatus status)
    {
        OnStatus?.Invoke(status);
        try
        {
            await _sink.TellAsync(status, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SinkException or OperationCanceledException)
        {
            Tell($"{_sink.Location} was not told that {status.Series} is {status.Condition}: {exception.Message}");
        }
    }
}
