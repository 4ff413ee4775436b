using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Rest;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>
/// The gap filler of a feed: when a close is overdue, whatever the reason, asks history for it and for all that came after. A few series at a time,
/// those that lack a candle or two first, the oldest before the others, so that none waits for ever; then the smallest holes, so that most series are live
/// again soonest.
/// </summary>
internal sealed partial class GapFiller(
    VenueAccess access, VenueHistory history, QuoteQueue queue, Action<SeriesSequencer> filledByHistory, Action<HistoryPiece>? told = null)
{
    private const int AtOnce = 4;
    private const int MaxAtOnce = 2 * AtOnce;
    private const int FewCandles = 5;
    private static readonly TimeSpan LongQuestion = TimeSpan.FromSeconds(3);           // others need not wait for one that hangs
    private static readonly TimeSpan MaxSleep = TimeSpan.FromSeconds(5);           // each look at a clock wakes a thread of the pool
    private static readonly TimeSpan MaxSleepWaiting = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MinSleep = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan InferAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan InferAtLast = TimeSpan.FromSeconds(60);

    private readonly ILogger _logger = access.Loggers.CreateLogger<GapFiller>();
    private readonly ConcurrentDictionary<SeriesSequencer, long> _waitingSince = new();
    private readonly PriorityQueue<SeriesSequencer, (bool IsHole, long Rank)> _overdue = new();
    private readonly List<(Task Question, long AskedAt)> _running = [];
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when more closes are due than the venue's budget can confirm at present.</summary>
    public bool IsStarved { get; private set; }

    /// <summary>Wakes the gap filler: a series was added that may be due at once.</summary>
    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    /// <summary>Runs until it is cancelled; every question that was begun has ended then.</summary>
    public async Task RunAsync(Func<IEnumerable<SeriesSequencer>> all, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var nowMs = access.Clock.NowMs;
            var nextMs = Collect(all(), nowMs);
            _running.RemoveAll(running => running.Question.IsCompleted);
            while (HasPlace() && _overdue.TryDequeue(out var sequencer, out _))
            {
                _running.Add((Task.Run(() => FillAsync(sequencer, cancellationToken), CancellationToken.None), access.Options.TimeProvider.GetTimestamp()));
            }

            InferWhatHistoryLeavesOpen();
            await SleepAsync(TimeSpan.FromMilliseconds(Math.Max(0, nextMs - nowMs)), cancellationToken).ConfigureAwait(false);
        }

        await Task.WhenAll(_running.Select(running => running.Question)).ConfigureAwait(false);
    }

    /// <summary>
    /// Returns true when one more question may be asked: a few at a time; one that takes long, because its page is far or its symbol hangs, takes nobody's
    /// place.
    /// </summary>
    private bool HasPlace() => _running.Count < MaxAtOnce
        && _running.Count(running => access.Options.TimeProvider.GetElapsedTime(running.AskedAt) < LongQuestion) < AtOnce;

    private async Task SleepAsync(TimeSpan due, CancellationToken cancellationToken)
    {
        var longest = _waitingSince.IsEmpty ? MaxSleep : MaxSleepWaiting;
        var sleep = due < MinSleep ? MinSleep : due < longest ? due : longest;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny([Task.Delay(sleep, access.MarketClock, over.Token), _woken.Task, .. _running.Select(running => running.Question)])
            .ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        if (_woken.Task.IsCompleted)
        {
            Volatile.Write(ref _woken, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    /// <summary>Queues the series that are due, and says when the next one will be.</summary>
    private long Collect(IEnumerable<SeriesSequencer> all, long nowMs)
    {
        var nextMs = long.MaxValue;
        foreach (var sequencer in all)
        {
            if (sequencer.TryClaim(nowMs))
            {
                _waitingSince.TryAdd(sequencer, access.Options.TimeProvider.GetTimestamp());
                _overdue.Enqueue(sequencer, RankOf(sequencer, nowMs));
            }
            else if (sequencer.DueMs > nowMs)
            {
                nextMs = Math.Min(nextMs, sequencer.DueMs);
            }
        }

        return nextMs == long.MaxValue ? nowMs + (long)MaxSleep.TotalMilliseconds : nextMs;
    }

    private static (bool IsHole, long Rank) RankOf(SeriesSequencer sequencer, long nowMs)
    {
        var (interval, nextMs) = (sequencer.Series.Interval, sequencer.NextMs);
        var isHole = interval.CountBetween(nextMs, nowMs) > FewCandles;
        return (isHole, isHole ? nowMs - nextMs : interval.NextMs(nextMs));
    }

    private async Task FillAsync(SeriesSequencer sequencer, CancellationToken cancellationToken)
    {
        var series = sequencer.Series;
        var (startMs, askedMs) = (sequencer.NextMs, access.Clock.NowMs);
        var isHole = series.Interval.CountBetween(startMs, askedMs) > 2;
        if (isHole)
        {
            access.Counters.GapFound();
        }

        var answered = false;
        try
        {
            await ReadHistoryAsync(sequencer, cancellationToken).ConfigureAwait(false);
            answered = true;
        }
        catch (SubscriptionRejectedException exception)
        {
            answered = true; // with a refusal: what its stream brings must not wait for it for ever
            access.Counters.Backfill(ok: false);
            LogFailed(_logger, series.ToString(), exception.Message);
        }
        catch (ExchangeUnavailableException exception)
        {
            access.Counters.Backfill(ok: false);
            LogFailed(_logger, series.ToString(), exception.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception) // a fault of ours must not leave the series waiting for ever
        {
            access.Counters.Backfill(ok: false);
            LogFailed(_logger, series.ToString(), exception.ToString());
        }

        var moved = sequencer.NextMs > startMs;
        if (isHole && moved)
        {
            access.Counters.GapFilled();
        }

        if (moved)
        {
            _waitingSince.TryRemove(sequencer, out _);
            filledByHistory(sequencer);
        }

        sequencer.Finish(moved, answered, askedMs, access.Clock.NowMs);
        queue.Signal();
    }

    /// <summary>
    /// Reads history from where the series stands, as far as it can be judged now: what is young, or may be there although no answer shows it, is asked for
    /// later.
    /// </summary>
    private async Task ReadHistoryAsync(SeriesSequencer sequencer, CancellationToken cancellationToken)
    {
        var walk = history.Walk(
            sequencer.Series, HistoryWalkRules.OfStream(access.Market, sequencer.IsBeginning, sequencer.IsShown), () => access.Counters.Backfill(ok: true));
        walk.Unfollowed = sequencer.Unfollowed;
        var askedMs = access.Clock.NowMs; // an answer says nothing of what was after its question, however long it waited
        await foreach (var piece in walk.WalkAsync(sequencer.AskFromMs, long.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            await queue.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            told?.Invoke(piece);
            var goesOn = Take(sequencer, piece, askedMs);
            queue.Signal();
            if (!goesOn)
            {
                break;
            }

            askedMs = access.Clock.NowMs;
        }

        sequencer.Unfollowed = walk.Unfollowed;
    }

    private static bool Take(SeriesSequencer sequencer, HistoryPiece piece, long askedMs)
    {
        switch (piece.Kind)
        {
            case HistoryPieceKind.Candles:
                return sequencer.OnHistory(piece.Candles, piece.VenueNowMs);
            case HistoryPieceKind.Unsettled:
                return !piece.IsShown && sequencer.TryPassQuiet(piece.ToMs, askedMs);
            default:
                if (piece.IsFollowed)
                {
                    sequencer.Pass(piece.ToMs, piece.Kind == HistoryPieceKind.Gap ? piece.Reason : null);
                }

                return piece.IsFollowed;
        }
    }

    private void InferWhatHistoryLeavesOpen()
    {
        var isStarved = IsStarved = _overdue.Count > AtOnce;
        foreach (var (sequencer, since) in _waitingSince)
        {
            if (sequencer.IsRemoved)
            {
                _waitingSince.TryRemove(sequencer, out _);
                continue;
            }

            var waiting = access.Options.TimeProvider.GetElapsedTime(since);
            if ((isStarved || waiting > InferAfter) && sequencer.TryInfer(access.Clock.NowMs, waiting > (isStarved ? InferAfter : InferAtLast)))
            {
                _waitingSince.TryRemove(sequencer, out _);
                queue.Signal();
            }
        }
    }

    [LoggerMessage(ConnectorEventIds.BackfillFailed, LogLevel.Warning, "History of {Series} could not be read, and is asked for again later: {Reason}")]
    private static partial void LogFailed(ILogger logger, string series, string reason);
}
