using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <content>Weighs answers: of a row that came, and of one that did not.</content>
internal sealed partial class HistoryWalk
{
    private const int EnoughAnswers = 2;
    private const int EnoughOfInnerHole = 3;        // some venues leave out a few rows of each answer
    private const int EnoughOfFickle = 5;           // of one that was seen to do so
    private const int FewQuiet = 15;                // candles
    private const long SettleMs = 2_000;            // right at the end of a candle its last trades may be missing
    private const long LagMs = 120_000;             // of a venue's backend, or of a cache before it

    private bool _isFickle;         // one answer has shown what another lacked

    /// <summary>A row that was the newest of its answer, though a newer one should have been there; shared with the next walk about the same candles.</summary>
    public UnfollowedRow? Unfollowed { get; set; }

    /// <summary>
    /// Whether a row is what its candle became. It is not in the first seconds after the candle's end; nor when it is the newest of its answer although there
    /// should be a newer one: whoever answered may be behind, and the candle was open there. Then a later answer must show the next row, or the same again.
    /// </summary>
    private bool IsFinal(in PriceQuote candle, HistoryAnswer answer)
    {
        var ageMs = answer.VenueNowMs - candle.CloseMs;
        if (ageMs < SettleMs)
        {
            return false;
        }

        if (answer.LastMs is { } lastMs && lastMs >= candle.CloseMs)
        {
            // where the newest row should not be the newest, its beginning is all that is known of when the answer was true
            var nextMs = _interval.NextMs(lastMs);
            var isBehind = answer.ToMs > nextMs && nextMs + SettleMs <= answer.VenueNowMs && answer.Count < access.Market.HistoryRows;
            return !isBehind || lastMs - candle.CloseMs >= SettleMs || ageMs >= (long)rules.Unfollowed.TotalMilliseconds;
        }

        if (answer.ToMs <= candle.CloseMs || answer.Count >= access.Market.HistoryRows)
        {
            return ageMs >= LagMs; // a full page
        }

        if (Unfollowed is { } before && before.Candle.SameValues(candle))
        {
            var isLater = access.MarketClock.GetElapsedTime(before.CameAt, answer.CameAt) >= BetweenAnswers;
            return isLater && ageMs >= (long)rules.Unfollowed.TotalMilliseconds;
        }

        Unfollowed = new UnfollowedRow(candle, answer.CameAt);
        return false;
    }

    /// <summary>How long after its end a candle that no answer shows may still come.</summary>
    private long YoungMs(long? knownMs)
    {
        var isLast = knownMs is null && !_answers.Exists(answer => answer.HasFrom(_limitMs));
        return (long)(isLast ? rules.YoungAtEnd : rules.Young).TotalMilliseconds;
    }

    /// <summary>
    /// Up to where one answer, up to where one with rows, and up to where as many as it takes, at different times, say that there is nothing. The listing date
    /// is worth an answer.
    /// </summary>
    private (long OnceMs, long QuietMs, long TwiceMs) Evidence(long? knownMs)
    {
        var (onceMs, quietMs) = (_atMs, _atMs);
        var said = new List<long>();
        if (ListedMs is { } listedMs && listedMs > _atMs)
        {
            onceMs = listedMs;
            said.Add(listedMs);
        }

        long? cameAt = null;
        foreach (var answer in _answers)
        {
            var untilMs = EmptyUntil(answer, knownMs);
            if (untilMs <= _atMs)
            {
                continue;
            }

            onceMs = Math.Max(onceMs, untilMs);
            quietMs = answer.Count > 0 && !_isFickle ? Math.Max(quietMs, untilMs) : quietMs;
            if (cameAt is null || access.MarketClock.GetElapsedTime(cameAt.Value, answer.CameAt) >= BetweenAnswers)
            {
                said.Add(untilMs);
                cameAt = answer.CameAt;
            }
        }

        var enough = _isFickle ? EnoughOfFickle : knownMs is null || _isBeginning ? EnoughAnswers : EnoughOfInnerHole;
        said.Sort((one, other) => other.CompareTo(one));
        var twiceMs = said.Count >= enough ? said[enough - 1] : _atMs;
        return (onceMs, Math.Max(quietMs, twiceMs), twiceMs);
    }

    /// <summary>
    /// What an answer said of candles that were too young then does not count, nor does one with nothing in it that was asked for what there is.
    /// </summary>
    private long EmptyUntil(HistoryAnswer answer, long? knownMs)
    {
        var oldMs = _interval.FloorMs(answer.VenueNowMs - YoungMs(knownMs));
        var mayBeEmpty = !(answer.FromMs <= _beforeMs) && !(answer.ToMs > knownMs) && !_answers.Exists(other => other.FirstFrom(answer.FromMs) < answer.ToMs);
        return Math.Max(_atMs, Math.Min(oldMs, answer.EmptyUntil(_atMs, mayBeEmpty)));
    }

    /// <summary>Whether an answer shows a row that an earlier one should have shown, too.</summary>
    private bool IsContradicted(HistoryAnswer answer) => _answers.Exists(earlier =>
        Array.Exists(
            answer.Candles, candle => candle.CloseMs + LagMs <= earlier.VenueNowMs && earlier.EmptyUntil(candle.OpenMs, mayBeEmpty: true) > candle.OpenMs));

    /// <summary>Candles that are left to whoever asks again later: up to the first that a row was seen of.</summary>
    private HistoryPiece Unsettled(Hole hole)
    {
        var shownMs = _answers.Select(answer => answer.FirstFrom(_atMs)).Min() ?? long.MaxValue;
        var isShown = shownMs < _interval.NextMs(_atMs);
        var untilMs = isShown ? _interval.NextMs(_atMs) : Math.Min(shownMs, hole.EndMs);
        return Missing(HistoryPieceKind.Unsettled, untilMs, None) with { IsFollowed = hole.KnownMs is not null, IsShown = isShown };
    }
}

/// <summary>A row that was the newest of its answer, though a newer one should have been there.</summary>
/// <param name="Candle">The row.</param>
/// <param name="CameAt">When it came first, a timestamp of the market's clock.</param>
internal sealed record UnfollowedRow(PriceQuote Candle, long CameAt);
