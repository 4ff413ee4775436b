using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <content>Decides what a hole means once it is real, and what to do about a venue that refuses to speak of it.</content>
internal sealed partial class HistoryWalk
{
    private const int FarPages = 64;
    private const long FirstEverMs = 1_230_768_000_000; // 2009: before there is nothing to trade

    /// <summary>Says what it is that two answers lack.</summary>
    private async Task<HistoryPiece> ConcludeAsync(long untilMs, Hole hole, CancellationToken cancellationToken)
    {
        if (_isBeginning && rules.MayBeUnlisted)
        {
            if (hole.KnownMs is null)
            {
                untilMs = await SkipEmptyPagesAsync(untilMs, cancellationToken).ConfigureAwait(false);
            }

            if (ListedMs >= untilMs)
            {
                return Missing(HistoryPieceKind.BeforeListing, untilMs, $"it is listed since {series.Instrument.ListedAt:u}") with { IsFollowed = true };
            }

            if ((hole.KnownMs is not null || await HasLaterAsync(untilMs, cancellationToken).ConfigureAwait(false))
                && !await HasEarlierAsync(cancellationToken).ConfigureAwait(false))
            {
                return Missing(HistoryPieceKind.BeforeListing, untilMs, "the exchange has nothing older") with { IsFollowed = true };
            }
        }

        var unplaced = Newest!.Refused.Where(row => row.OpenMs is null).Select(row => row.Rule).ToList();
        var reason = unplaced.Count > 0 ? HistoryShelf.Words(unplaced) : None;
        if (access.Market.OmitsQuietCandles && hole.KnownMs is null)
        {
            var isFew = _beforeMs is not null && _interval.CountBetween(_atMs, access.Clock.NowMs) <= FewQuiet;
            if (isFew || await HasLaterAsync(untilMs, cancellationToken).ConfigureAwait(false))
            {
                return Missing(HistoryPieceKind.Candles, untilMs, "");
            }

            reason = "the exchange's history ends before: no trades since, or it lacks them";
        }

        return Missing(HistoryPieceKind.Gap, untilMs, reason) with { IsFollowed = hole.KnownMs is not null };
    }

    /// <summary>Whether the venue shows anything from a moment to now; where it answers no question so wide, in its newest page.</summary>
    private async Task<bool> HasLaterAsync(long momentMs, CancellationToken cancellationToken)
    {
        var endMs = access.Clock.NowMs + 1;
        while (momentMs < endMs)
        {
            var answer = await ask(momentMs, endMs, cancellationToken).ConfigureAwait(false);
            if (answer.HasFrom(momentMs))
            {
                return true;
            }

            var pageMs = _interval.AddMs(_interval.FloorMs(endMs), 1 - access.Market.HistoryRows);
            if ((answer.Refusal is null && answer.ToMs >= endMs) || pageMs <= momentMs)
            {
                break;
            }

            momentMs = pageMs;
        }

        return false;
    }

    /// <summary>
    /// Where pages are all that the venue gives at once: goes on from page to page while each is empty, and then once more, so that the pause between two
    /// answers is made once and not for each of them.
    /// </summary>
    private async Task<long> SkipEmptyPagesAsync(long fromMs, CancellationToken cancellationToken)
    {
        var endMs = await EmptyPagesAsync(fromMs, _limitMs, cancellationToken).ConfigureAwait(false);
        if (endMs == fromMs)
        {
            return fromMs;
        }

        await Task.Delay(BetweenAnswers, access.MarketClock, cancellationToken).ConfigureAwait(false);
        return await EmptyPagesAsync(fromMs, endMs, cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> EmptyPagesAsync(long fromMs, long endMs, CancellationToken cancellationToken)
    {
        while (fromMs < endMs && _widestMs < long.MaxValue)
        {
            var answer = await ask(fromMs, endMs, cancellationToken).ConfigureAwait(false);
            var oldMs = _interval.FloorMs(answer.VenueNowMs - LagMs);
            if (answer.Refusal is not null || answer.Count > 0 || answer.Refused.Length > 0 || answer.ToMs > oldMs)
            {
                break;
            }

            fromMs = answer.ToMs;
        }

        return fromMs;
    }

    /// <summary>Whether the venue shows anything before this moment: far back where it can be asked so far, else in the page before.</summary>
    private async Task<bool> HasEarlierAsync(CancellationToken cancellationToken)
    {
        var isTold = false;
        foreach (var pages in (int[])[FarPages, 1])
        {
            var candle = _interval.ApproximateLength.TotalMilliseconds;
            var length = Math.Min(candle * access.Market.HistoryRows * pages, _widestMs - candle); // an answer must reach the moment to tell of it
            var fromMs = _interval.FloorMs((long)Math.Max(0, _atMs - length));
            if (access.Market.HistoryReach is { } reach)
            {
                fromMs = Math.Max(fromMs, _interval.AddMs(_interval.FloorMs(access.Clock.NowMs), 1 - reach));
            }

            for (var answers = 0; answers < 2 && fromMs < _atMs; answers++)
            {
                var answer = await ask(fromMs, _atMs, cancellationToken).ConfigureAwait(false);
                if (answer.Count > 0)
                {
                    return true;
                }

                if (answer.Refusal is not null || answer.ToMs < _atMs)
                {
                    break;
                }

                isTold |= answers == 1;
                if (answers == 0)
                {
                    await Task.Delay(BetweenAnswers, access.MarketClock, cancellationToken).ConfigureAwait(false);
                }
            }

            if (isTold)
            {
                return false;
            }
        }

        return _atMs > FirstEverMs; // what cannot be asked for may have been
    }

    /// <summary>
    /// The venue does not answer from here on, and never will. Where it answers about the newest candle it is too old that is refused: the moment from which on
    /// it answers is looked for, and all before is given up.
    /// </summary>
    /// <exception cref="SubscriptionRejectedException">It does not answer about the newest candle either.</exception>
    private async Task<HistoryPiece> PassRefusedAsync(string words, CancellationToken cancellationToken)
    {
        _answers.RemoveAll(answer => answer.Refusal is not null);
        var refusedMs = _atMs;
        var answeredMs = _interval.AddMs(_atMs, (int)_interval.CountBetween(_atMs, _limitMs) - 1);
        if (answeredMs <= refusedMs || !await IsAnsweredAsync(answeredMs, cancellationToken).ConfigureAwait(false))
        {
            throw new SubscriptionRejectedException(series, words);
        }

        while (_interval.CountBetween(refusedMs, answeredMs) is > 1 and var candles)
        {
            var middleMs = _interval.AddMs(refusedMs, (int)(candles / 2));
            var isAnswered = await IsAnsweredAsync(middleMs, cancellationToken).ConfigureAwait(false);
            (refusedMs, answeredMs) = isAnswered ? (refusedMs, middleMs) : (middleMs, answeredMs);
        }

        return Missing(HistoryPieceKind.Gap, answeredMs, $"the exchange refuses what is so old: {words}") with { IsFollowed = true };
    }

    private async Task<bool> IsAnsweredAsync(long openMs, CancellationToken cancellationToken) =>
        (await ask(openMs, _interval.NextMs(openMs), cancellationToken).ConfigureAwait(false)).Refusal is null;
}
