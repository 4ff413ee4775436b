using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>
/// Questions of a walk through history to the venue that are not about a hole: whether there is anything before or after it, and from when on it answers.
/// </summary>
/// <param name="access">The market.</param>
/// <param name="series">The series.</param>
/// <param name="ask">Asks for the candles that open from a moment to another, as many as the venue gives at once.</param>
internal sealed class HistoryProbe(VenueAccess access, Series series, Func<long, long, CancellationToken, Task<HistoryAnswer>> ask)
{
    /// <summary>Before this there was nothing to trade: 2009, Unix epoch milliseconds.</summary>
    public const long FirstEverMs = 1_230_768_000_000;

    private const int FarPages = 64;
    private const long LagMs = 120_000; // of a venue's backend, or of a cache before it

    private readonly Interval _interval = series.Interval;

    /// <summary>Returns true when the venue shows anything from a moment to now; where it answers no question so wide, in its newest page.</summary>
    public async Task<bool> HasLaterAsync(long momentMs, CancellationToken cancellationToken)
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
    /// Skips empty pages, where pages are all that the venue gives at once: goes on from page to page while each is empty, and then once more, so that the
    /// pause between two answers is made once and not for each of them. Returns the moment up to which all pages were empty.
    /// </summary>
    public async Task<long> SkipEmptyPagesAsync(long fromMs, long limitMs, long widestMs, CancellationToken cancellationToken)
    {
        var endMs = await EmptyPagesAsync(fromMs, limitMs, widestMs, cancellationToken).ConfigureAwait(false);
        if (endMs == fromMs)
        {
            return fromMs;
        }

        await Task.Delay(HistoryEvidence.BetweenAnswers, access.MarketClock, cancellationToken).ConfigureAwait(false);
        return await EmptyPagesAsync(fromMs, endMs, widestMs, cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> EmptyPagesAsync(long fromMs, long endMs, long widestMs, CancellationToken cancellationToken)
    {
        while (fromMs < endMs && widestMs < long.MaxValue)
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

    /// <summary>Returns true when the venue shows anything before this moment: far back where it can be asked so far, else in the page before.</summary>
    public async Task<bool> HasEarlierAsync(long atMs, long widestMs, CancellationToken cancellationToken)
    {
        var isTold = false;
        foreach (var pages in (int[])[FarPages, 1])
        {
            var candle = _interval.ApproximateLength.TotalMilliseconds;
            var length = Math.Min(candle * access.Market.HistoryRows * pages, widestMs - candle); // an answer must reach the moment to tell of it
            var fromMs = _interval.FloorMs((long)Math.Max(0, atMs - length));
            if (access.Market.HistoryReach is { } reach)
            {
                fromMs = Math.Max(fromMs, _interval.AddMs(_interval.FloorMs(access.Clock.NowMs), 1 - reach));
            }

            for (var answers = 0; answers < 2 && fromMs < atMs; answers++)
            {
                var answer = await ask(fromMs, atMs, cancellationToken).ConfigureAwait(false);
                if (answer.Count > 0)
                {
                    return true;
                }

                if (answer.Refusal is not null || answer.ToMs < atMs)
                {
                    break;
                }

                isTold |= answers == 1;
                if (answers == 0)
                {
                    await Task.Delay(HistoryEvidence.BetweenAnswers, access.MarketClock, cancellationToken).ConfigureAwait(false);
                }
            }

            if (isTold)
            {
                return false;
            }
        }

        return atMs > FirstEverMs; // what cannot be asked for may have been
    }

    /// <summary>
    /// Looks for the first moment that the venue answers about, where it does not answer from a moment on, and never will. Where it answers about the newest
    /// candle it is too old that is refused: the moment from which on it answers is looked for, and all before is given up.
    /// </summary>
    /// <exception cref="SubscriptionRejectedException">The venue does not answer about the newest candle either.</exception>
    public async Task<long> FirstAnsweredAsync(long refusedMs, long limitMs, string words, CancellationToken cancellationToken)
    {
        var answeredMs = _interval.AddMs(refusedMs, (int)_interval.CountBetween(refusedMs, limitMs) - 1);
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

        return answeredMs;
    }

    private async Task<bool> IsAnsweredAsync(long openMs, CancellationToken cancellationToken) =>
        (await ask(openMs, _interval.NextMs(openMs), cancellationToken).ConfigureAwait(false)).Refusal is null;
}
