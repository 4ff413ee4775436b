using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Notifications;

namespace OhlcvConnector.Server.Signals;

/// <summary>Gives signals that are kept to the notifications, and remembers how far it came.</summary>
internal sealed partial class SignalTeller(
    ISignalStore store, NoticeDesk notices, SignalMetrics metrics, Func<Series, IReadOnlyCollection<PriceQuote>> candles, ILogger logger)
{
    private const int MostAtOnce = 200;

    /// <summary>Whether something that is kept could not be given.</summary>
    public bool Owes { get; private set; }

    private string MarkName => $"signals in {store.Location}";

    /// <summary>Gives one.</summary>
    public async ValueTask TellAsync(Signal signal, CancellationToken cancellationToken) =>
        Owes |= !await NotifyAsync(signal, cancellationToken).ConfigureAwait(false);

    /// <summary>Remembers that a batch was given.</summary>
    public Task MarkAsync(IReadOnlyList<SignalReceipt> receipts, CancellationToken cancellationToken) => receipts.Count == 0 || Owes ? Task.CompletedTask
        : MarkAsync(receipts.Max(receipt => receipt.Number), cancellationToken);

    /// <summary>Gives the notifications what was kept and not given: a crash or a fault came between. What they know already they do not tell twice.</summary>
    public async Task TellAgainAsync(CancellationToken cancellationToken)
    {
        if (notices.Outbox is not { } outbox || store is MemorySignalStore)
        {
            Owes = false;
            return;
        }

        try
        {
            var newest = await store.ReadAsync(new SignalFilter { Limit = 1 }, cancellationToken).ConfigureAwait(false);
            var last = newest.Count > 0 ? newest[0].Number : 0;
            var mark = Math.Min(await outbox.ReadMarkAsync(MarkName, cancellationToken).ConfigureAwait(false) ?? last, last);
            while (mark < last)
            {
                var filter = new SignalFilter { After = mark, IsAscending = true, Limit = MostAtOnce };
                var owed = await store.ReadAsync(filter, cancellationToken).ConfigureAwait(false);
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

            Owes = false;
            await MarkAsync(mark, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception trouble) when (trouble is OhlcvConnectorException or IOException)
        {
            LogNotice(logger, "of before the start", trouble.Message);
        }
    }

    private async Task MarkAsync(long number, CancellationToken cancellationToken)
    {
        try
        {
            if (store is not MemorySignalStore && notices.Outbox is { } outbox)
            {
                await outbox.WriteMarkAsync(MarkName, number, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception trouble) when (trouble is OhlcvConnectorException or IOException)
        {
            Owes = true;
            metrics.NoticeFailures.Inc();
            LogNotice(logger, $"number {number}", trouble.Message);
        }
    }

    /// <summary>Gives a signal to the notifications.</summary>
    /// <returns>False when it could not be given.</returns>
    private async ValueTask<bool> NotifyAsync(Signal signal, CancellationToken cancellationToken)
    {
        try
        {
            await notices.NotifyAsync(SignalNotice.Of(signal, candles(signal.Series)), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OhlcvConnectorException trouble)
        {
            metrics.NoticeFailures.Inc();
            LogNotice(logger, signal.Id, trouble.Message);
            return false;
        }
    }

    [LoggerMessage(ServerEventIds.SignalNoticeFailed, LogLevel.Error, "The signal {Id} could not be given to the notifications: {Problem}")]
    private static partial void LogNotice(ILogger logger, string id, string problem);
}
