using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Signals;

/// <summary>Keeps what was found, and tells it afterwards: nobody hears of a signal that a crash could take back.</summary>
internal sealed partial class SignalMonitor
{
    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_signals.Count == 0 && _fates.Count == 0 && _progress.Count == 0)
        {
            return;
        }

        var batch = new SignalBatch([.. _signals], [.. _fates], [.. _progress.Select(one => (one.Key, one.Value))]);
        var receipts = await KeepAsync(batch, cancellationToken).ConfigureAwait(false);
        _signals.Clear();
        _fates.Clear();
        _progress.Clear();
        for (var index = 0; index < batch.Signals.Count; index++)
        {
            var (signal, receipt) = (batch.Signals[index], receipts[index]);
            _feed.Publish(new KeptSignal(receipt.Number, signal, _clock.Clock.GetUtcNow(), new SignalFate()));
            if (!receipt.IsNew)
            {
                _metrics.Known.Inc(); // another server tells whom it notifies
                continue;
            }

            _metrics.Count(signal);
            _metrics.Late.Inc(signal.IsLate ? 1 : 0);
            _metrics.Lag.Observe(Math.Max(0, (_clock.Clock.GetUtcNow() - signal.CloseTime).TotalSeconds / Math.Max(1, _clock.Speed)));
            await _teller.TellAsync(signal, cancellationToken).ConfigureAwait(false);
        }

        await _teller.MarkAsync(receipts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps a batch, however long that takes: candles wait meanwhile, and none is lost.</summary>
    private async Task<IReadOnlyList<SignalReceipt>> KeepAsync(SignalBatch batch, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await _store.KeepAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            catch (ArchiveException trouble)
            {
                _metrics.StoreFailures.Inc();
                if (failures == 0)
                {
                    LogStore(_logger, _store.Location, trouble.Message);
                }

                await Task.Delay(RetryEvery, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Goes on with new rules where there are some, ahead of what waits: the past that is gone through with the old ones is for nothing. Theirs goes through
    /// the past of each series first.
    /// </summary>
    private void TakeNewRules()
    {
        if (!_areNew)
        {
            return;
        }

        _areNew = false;
        _rules.Begin();
        foreach (var watched in _watched.Values)
        {
            _rules.Report(_rules.Rules.ProblemsOf(watched.Series));
            ReadPast(watched);
        }
    }

    private void Measure()
    {
        var warming = _watched.Values.Count(watched => watched.Held is not null);
        _metrics.Series.WithLabels("warming").Set(warming);
        _metrics.Series.WithLabels("live").Set(_watched.Count - warming);
        _metrics.Know(_rules.Rules.Rules);
        _metrics.Rules.Set(_rules.Rules.Rules.Count);
        _metrics.Wrong.Set(_rules.Problem is null ? 0 : 1);
        _metrics.Waiting.Set(_inbox.Reader.Count);
        _metrics.Subscribers.Set(_feed.Subscribers);
    }

    [LoggerMessage(ServerEventIds.SignalsForgotten, LogLevel.Warning, "Signals are kept in memory alone, and a restart forgets them: name an archive, or SignalStore")]
    private static partial void LogForgetful(ILogger logger);

    [LoggerMessage(ServerEventIds.SignalStoreTroubled, LogLevel.Error, "Signals cannot be kept in {Location}; candles wait, and it is tried again: {Problem}")]
    private static partial void LogStore(ILogger logger, string location, string problem);

    [LoggerMessage(ServerEventIds.SignalsFailed, LogLevel.Error, "A candle could not be evaluated")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
