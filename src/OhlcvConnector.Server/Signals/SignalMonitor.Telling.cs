using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Signals;

/// <summary>Keeps what was found, and tells it afterwards: nobody hears of a signal that a crash could take back.</summary>
internal sealed partial class SignalMonitor
{
    private const int MostToldAgain = 200;
    private static readonly TimeSpan TellAgainFor = TimeSpan.FromMinutes(15);

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
            await NotifyAsync(signal, cancellationToken).ConfigureAwait(false);
        }
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
    /// Gives the newest signals to the notifications once more: a crash may have come between keeping and telling. Known ones are not told twice.
    /// </summary>
    private async Task TellAgainAsync(CancellationToken cancellationToken)
    {
        if (_notifier is null)
        {
            return;
        }

        try
        {
            var since = _clock.Clock.GetUtcNow() - TellAgainFor;
            var newest = await _store.ReadAsync(new SignalFilter { Limit = MostToldAgain }, cancellationToken).ConfigureAwait(false);
            foreach (var kept in newest.Where(kept => kept.KeptAt >= since).Reverse())
            {
                await NotifyAsync(kept.Signal, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ArchiveException trouble)
        {
            LogStore(_logger, _store.Location, trouble.Message);
        }
    }

    private async ValueTask NotifyAsync(Signal signal, CancellationToken cancellationToken)
    {
        if (_notifier is null)
        {
            return;
        }

        try
        {
            await _notifier.NotifyAsync(SignalNotice.Of(signal, _watched.TryGetValue(signal.Series, out var watched) ? watched.Channel.Remembered : []),
                cancellationToken).ConfigureAwait(false);
        }
        catch (OhlcvConnectorException trouble)
        {
            _metrics.NoticeFailures.Inc();
            LogNotice(_logger, signal.Id, trouble.Message);
        }
    }

    [LoggerMessage(ServerEventIds.SignalsForgotten, LogLevel.Warning, "Signals are kept in memory alone, and a restart forgets them: name an archive, or SignalStore")]
    private static partial void LogForgetful(ILogger logger);

    [LoggerMessage(ServerEventIds.SignalStoreTroubled, LogLevel.Error, "Signals cannot be kept in {Location}; candles wait, and it is tried again: {Problem}")]
    private static partial void LogStore(ILogger logger, string location, string problem);

    [LoggerMessage(ServerEventIds.SignalNoticeFailed, LogLevel.Error, "The signal {Id} could not be given to the notifications: {Problem}")]
    private static partial void LogNotice(ILogger logger, string id, string problem);

    [LoggerMessage(ServerEventIds.SignalsFailed, LogLevel.Error, "A candle could not be evaluated")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(ServerEventIds.SignalRuleTroubled, LogLevel.Warning, "Rule {Rule} on {Series}: {Problem}")]
    private static partial void LogTrouble(ILogger logger, string rule, Series series, string problem);
}
