using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Common.Rest;

/// <content>What a hole means once it is real, and what to do about a venue that refuses to speak of it.</content>
internal sealed partial class HistoryWalk
{
    private const int FarPages = 64;

    /// <summary>Says what it is that two answers lack.</summary>
    private async Task<HistoryPiece> ConcludeAsync(long untilMs, Hole hole, CancellationToken cancellationToken)
    {
        if (_isBeginning && rules.MayBeUnlisted)
        {
            if (ListedMs >= untilMs)
            {
                return Missing(HistoryPieceKind.BeforeListing, untilMs, $"it is listed since {series.Instrument.ListedAt:u}") with { IsFollowed = true };
            }

            if ((hole.KnownMs is not null || await HasLaterAsync(untilMs, cancellationToken).ConfigureAwait(false)) && !await HasEarlierAsync(cancellationToken).ConfigureAwait(false))
            {
                return Missing(HistoryPieceKind.BeforeListing, untilMs, "the exchange has nothing older") with { IsFollowed = true };
            }
        }

        var unplaced = Newest!.Refused.Where(row => row.OpenMs is null).Select(row => row.Rule).ToList();
        var reason = unplaced.Count > 0 ? HistoryShelf.Words(unplaced) : None;
        if (access.Market.OmitsQuietCandles && hole.KnownMs is null)
        {
            if (await HasLaterAsync(untilMs, cancellationToken).ConfigureAwait(false))
            {
                return Missing(HistoryPieceKind.Candles, untilMs, "");
            }

            reason = "the exchange's history ends before: no trades since, or it lacks them";
        }

        return Missing(HistoryPieceKind.Gap, untilMs, reason) with { IsFollowed = hole.KnownMs is not null };
    }

    /// <summary>Whether the venue shows anything from a moment to now.</summary>
    private async Task<bool> HasLaterAsync(long momentMs, CancellationToken cancellationToken)
    {
        var endMs = access.Clock.NowMs + 1;
        return momentMs < endMs && (await ask(momentMs, endMs, cancellationToken).ConfigureAwait(false)).HasFrom(momentMs);
    }

    /// <summary>Whether the venue shows anything before this moment: far back where it can be asked so far, else in the page before.</summary>
    private async Task<bool> HasEarlierAsync(CancellationToken cancellationToken)
    {
        var isTold = false;
        foreach (var pages in (int[])[FarPages, 1])
        {
            var length = _interval.ApproximateLength.TotalMilliseconds * access.Market.HistoryRows * pages;
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

        return _atMs > 0; // what cannot be asked for may have been
    }

    /// <summary>
    /// The venue does not answer from here on, and never will. Where it answers about the newest candle it is too old that is refused: the moment from which on it
    /// answers is looked for, and all before is given up.
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
