using System.Threading.Channels;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Notifications.Delivery;

/// <summary>Sends what waits for one channel: in order, in quiet hours only what is critical, within its budget, several together when many wait.</summary>
internal sealed class ChannelSender(NoticeRoute route, INoticeOutbox outbox, TimeProvider clock, Random random, Action<string> onTrouble)
{
    private const int MostRead = 1000; // among which the critical ones are looked for
    private const int MostDoublings = 9;
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3); // for what is under way when the program ends
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5); // another program may have put something into the outbox

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly MessageBudget _budget = new(route.MaxPerMinute, clock);
    private readonly ChannelTally _tally = new(route.Channel.Name);
    private int _failures;
    private DateTimeOffset _restsUntil;

    /// <summary>What became of the attempts so far.</summary>
    public ChannelTally Tally => _tally;

    /// <summary>Has it look at once for what waits.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Sends until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await StepAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OhlcvConnectorException or IOException or FormatException)
            {
                onTrouble($"channel {route.Channel.Name}: the outbox fails: {exception.Message}");
                pause = LookAgain;
            }

            if (pause > TimeSpan.Zero)
            {
                await PauseAsync(pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sends one message, or finds out how long there is nothing to do.</summary>
    private async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_restsUntil > now)
        {
            return _restsUntil - now;
        }

        var waiting = await outbox.WaitingAsync(
            route.Channel.Name, route.Quiet is null && route.Channel.MostAtOnce == 1 ? 1 : MostRead, cancellationToken).ConfigureAwait(false);
        var quietUntil = route.Quiet?.EndOf(now);
        List<KeptNotice> due = [.. waiting.Where(kept => quietUntil is null || IsUrgent(kept.Notice))];
        if (due.Count == 0)
        {
            return quietUntil is { } end && end - now < LookAgain ? end - now : LookAgain;
        }

        if (_budget.Left == 0)
        {
            return _budget.Wait;
        }

        var isMany = route.Channel.MostAtOnce > 1 && (due.Count > route.Group || (_budget.Left == 1 && due.Count > 1));
        await SendAsync([.. due.Take(isMany ? route.Channel.MostAtOnce : 1)], cancellationToken).ConfigureAwait(false);
        return TimeSpan.Zero;
    }

    private async Task SendAsync(IReadOnlyList<KeptNotice> batch, CancellationToken cancellationToken)
    {
        _budget.Take();
        var result = await AttemptAsync([.. batch.Select(kept => kept.Notice)], cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        _tally.Count(result.Outcome, batch.Count);
        if (result.Outcome == NoticeOutcome.Delivered)
        {
            _failures = 0;
            _restsUntil = now + (result.Wait ?? TimeSpan.Zero);
            await SettleAsync(batch, NoticeState.Delivered, problem: null).ConfigureAwait(false);
            return;
        }

        if (result.Outcome == NoticeOutcome.Failed)
        {
            _restsUntil = now + Later(RestAfter(++_failures), result.Wait);
        }

        var over = batch.Where(kept => result.Outcome == NoticeOutcome.Refused || now - kept.KeptAt >= route.GiveUpAfter).ToList();
        await SettleAsync(over, NoticeState.Dead, result.Problem).ConfigureAwait(false);
        await SettleAsync([.. batch.Except(over)], NoticeState.Waiting, result.Problem).ConfigureAwait(false);
        if (over.Count > 0)
        {
            _tally.GiveUp(over.Count);
            onTrouble($"channel {route.Channel.Name}: gave up {over.Count} notice(s), the first '{over[0].Notice.Id}': {result.Problem}");
        }
        else if (_failures == 1)
        {
            onTrouble($"channel {route.Channel.Name}: could not deliver, tries again: {result.Problem}");
        }
    }

    private async Task<NoticeDelivery> AttemptAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(route.Timeout, clock);
        using var ending = cancellationToken.Register(() => patience.CancelAfter(Grace)); // cut off at once, nobody would know whether it has arrived
        try
        {
            return await route.Channel.SendAsync(notices, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new NoticeDelivery(NoticeOutcome.Failed, FormattableString.Invariant($"no answer within {route.Timeout.TotalSeconds} s"));
        }
        catch (Exception exception) // a fault of the channel ends none but this attempt
        {
            return new NoticeDelivery(NoticeOutcome.Failed, $"a fault of the channel ({exception.GetType().Name})");
        }
    }

    /// <summary>Writes how it went, even while the program ends: what was told must not be told again.</summary>
    private Task SettleAsync(IReadOnlyList<KeptNotice> batch, NoticeState state, string? problem) => batch.Count == 0 ? Task.CompletedTask
        : outbox.SettleAsync(route.Channel.Name, [.. batch.Select(kept => kept.Number)], state, problem, clock.GetUtcNow(), CancellationToken.None);

    private async Task PauseAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var pause = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, cancellationToken);
        try
        {
            await _wake.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // the pause is over
        }
    }

    private TimeSpan RestAfter(int failures)
    {
        var whole = TimeSpan.FromTicks(Math.Min(LongestRest.Ticks, FirstRest.Ticks << Math.Min(failures - 1, MostDoublings)));
        return whole * (0.5 + (random.NextDouble() / 2)); // so that several channels do not come back together
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan? other) => other > one ? other.Value : one;

    private static bool IsUrgent(Notice notice) => notice.Severity == NoticeSeverity.Critical || notice.Kind == NoticeKind.Test;
}
