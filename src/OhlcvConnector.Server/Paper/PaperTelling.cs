using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Notifications;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Server.Paper;

/// <summary>
/// Gives what happens on paper accounts to the notifications: each event of the ledger once, over restarts, in its order, and accounts that do not go on.
/// </summary>
internal sealed partial class PaperTelling(PaperService paper, NoticeDesk notices, ServerOptions options, ILogger<PaperTelling> logger) : BackgroundService
{
    private const int MostAtOnce = 500;
    private const int MostTroubles = 1_000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Channel<Notice> _troubles = Channel.CreateBounded<Notice>(MostTroubles);
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly string _source = $"paper events in {Path.GetFullPath(options.PaperLedger!)}";

    /// <summary>Listens before the accounts begin, which happens behind this: what runs in the background could begin later than they do.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (notices.Outbox is not null)
        {
            paper.Follow(OnChange);
            paper.Troubled += OnTrouble;
        }

        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (notices.Outbox is not { } outbox)
        {
            return;
        }

        try
        {
            long? mark = null;
            _wakes.Writer.TryWrite(true);
            while (await _wakes.Reader.WaitToReadAsync(stoppingToken).ConfigureAwait(false))
            {
                _wakes.Reader.TryRead(out _);
                try
                {
                    mark ??= await BeginAsync(outbox, stoppingToken).ConfigureAwait(false);
                    mark = await TellAsync(outbox, mark.Value, stoppingToken).ConfigureAwait(false);
                }
                catch (Exception trouble) when (trouble is OhlcvConnectorException or IOException)
                {
                    LogUntold(logger, trouble.Message);
                    mark = null;
                    await Task.Delay(RetryAfter, options.TimeProvider, stoppingToken).ConfigureAwait(false);
                    _wakes.Writer.TryWrite(true);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // what is not told is told after the next start
        }
        finally
        {
            paper.Troubled -= OnTrouble;
            paper.Unfollow(OnChange);
        }
    }

    /// <summary>How far events were told. Those before the first start with notifications are not told.</summary>
    private async Task<long> BeginAsync(INoticeOutbox outbox, CancellationToken cancellationToken)
    {
        var last = paper.LastEventAtStart;
        var kept = await outbox.ReadMarkAsync(_source, cancellationToken).ConfigureAwait(false);
        var mark = kept is { } known ? Math.Min(known, paper.Ledger.LastEvent()) : last; // the file may be another one by now
        if (mark != kept)
        {
            await outbox.WriteMarkAsync(_source, mark, cancellationToken).ConfigureAwait(false);
        }

        return mark;
    }

    private async Task<long> TellAsync(INoticeOutbox outbox, long mark, CancellationToken cancellationToken)
    {
        while (_troubles.Reader.TryPeek(out var trouble))
        {
            await notices.NotifyAsync(trouble, cancellationToken).ConfigureAwait(false);
            _troubles.Reader.TryRead(out _);
        }

        while (paper.Ledger.Events(mark, MostAtOnce) is { Count: > 0 } events)
        {
            foreach (var one in events)
            {
                await notices.NotifyAsync(PaperNotice.Of(one, paper.IsSandbox), cancellationToken).ConfigureAwait(false);
            }

            mark = events[^1].Id;
            await outbox.WriteMarkAsync(_source, mark, cancellationToken).ConfigureAwait(false);
        }

        return mark;
    }

    private void OnChange(PaperRecord record, PaperChange change)
    {
        if (change.Events.Count > 0)
        {
            _wakes.Writer.TryWrite(true);
        }
    }

    private void OnTrouble(string account, string words)
    {
        _troubles.Writer.TryWrite(PaperNotice.OfTrouble(account, words, options.TimeProvider.GetUtcNow(), paper.IsSandbox));
        _wakes.Writer.TryWrite(true);
    }

    [LoggerMessage(ServerEventIds.PaperUntold, LogLevel.Error, "PAPER: what happened could not be given to the notifications; it is tried again: {Problem}")]
    private static partial void LogUntold(ILogger logger, string problem);
}
