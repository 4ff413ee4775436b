using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Signals;

/// <summary>Keeps what was found, and tells it afterwards: nobody hears of a signal that a crash could take back.</summary>
internal sealed partial class SignalMonitor
{
    private const int MostAtOnce = 200;

    private bool _owes; // what could not be given to the notifications, or may not have been before the start

    private string MarkName => $"signals in {_store.Location}";

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
            _owes |= !await NotifyAsync(signal, cancellationToken).ConfigureAwait(false);
        }

        if (receipts.Count > 0 && !_owes)
        {
            await MarkAsync(receipts.Max(receipt => receipt.Number), cancellationToken).ConfigureAwait(false);
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

    /// <summary>Gives the notifications what was kept and not given, because of a crash or a fault between. What they know already they do not tell twice.</summary>
    private async Task TellAgainAsync(CancellationToken cancellationToken)
    {
        if (_notices.Outbox is not { } outbox || _store is MemorySignalStore)
        {
            _owes = false;
            return;
        }

        try
        {
            var newest = await _store.ReadAsync(new SignalFilter { Limit = 1 }, cancellationToken).ConfigureAwait(false);
            var last = newest.Count > 0 ? newest[0].Number : 0;
            var mark = Math.Min(await outbox.ReadMarkAsync(MarkName, cancellationToken).ConfigureAwait(false) ?? last, last);
            while (mark < last)
            {
                var filter = new SignalFilter { After = mark, IsAscending = true, Limit = MostAtOnce };
                var owed = await _store.ReadAsync(filter, cancellationToken).ConfigureAwait(false);
                foreach (var kept in owed)
                {
                    if (!await NotifyAsync(kept.Signal, cancellationToken).ConfigureAwait(false))
                    {
                        return;
                    }

                    mark = kept.Number;
                }

                mark = owed.Count < MostAtOnce ? last : mark;
            }

            _owes = false;
            await MarkAsync(mark, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception trouble) when (trouble is OhlcvConnectorException or IOException)
        {
            LogStore(_logger, _store.Location, trouble.Message);
        }
    }

    private async Task MarkAsync(long number, CancellationToken cancellationToken)
    {
        try
        {
            await (_store is MemorySignalStore ? Task.CompletedTask : _notices.Outbox?.WriteMarkAsync(MarkName, number, cancellationToken) ?? Task.CompletedTask)
                .ConfigureAwait(false);
        }
        catch (Exception trouble) when (trouble is OhlcvConnectorException or IOException)
        {
            _owes = true;
            _metrics.NoticeFailures.Inc();
            LogNotice(_logger, $"number {number}", trouble.Message);
        }
    }

    /// <summary>Gives a signal to the notifications.</summary>
    /// <returns>False when it could not be given.</returns>
    private async ValueTask<bool> NotifyAsync(Signal signal, CancellationToken cancellationToken)
    {
        try
        {
            await _notices.NotifyAsync(SignalNotice.Of(signal, _watched.TryGetValue(signal.Series, out var watched) ? watched.Channel.Remembered : []),
                cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OhlcvConnectorException trouble)
        {
            _metrics.NoticeFailures.Inc();
            LogNotice(_logger, signal.Id, trouble.Message);
            return false;
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
