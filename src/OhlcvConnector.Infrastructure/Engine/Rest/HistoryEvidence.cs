using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>Weighs the answers of a walk through history: of a row that came, and of one that did not.</summary>
/// <param name="access">The market.</param>
/// <param name="interval">The series' interval.</param>
/// <param name="rules">The rules of the walk.</param>
internal sealed class HistoryEvidence(VenueAccess access, Interval interval, HistoryWalkRules rules)
{
    /// <summary>Time after another answer at which an answer must come to count beside it: two at once are one.</summary>
    public static readonly TimeSpan BetweenAnswers = TimeSpan.FromSeconds(2);

    private const int MaxKept = 8;                 // answers about one hole
    private const int EnoughAnswers = 2;
    private const int EnoughOfInnerHole = 3;        // some venues leave out a few rows of each answer
    private const int EnoughOfFickle = 5;           // of one that was seen to do so
    private const long SettleMs = 2_000;            // right at the end of a candle its last trades may be missing
    private const long LagMs = 120_000;             // of a venue's backend, or of a cache before it

    private readonly List<HistoryAnswer> _answers = [];
    private bool _isFickle; // one answer has shown what another lacked

    /// <summary>The answer that came last; null before the first.</summary>
    public HistoryAnswer? Newest => _answers.Count > 0 ? _answers[^1] : null;

    /// <summary>Returns true when an answer is kept that was asked for this candle.</summary>
    public bool IsAsked(long openMs) => _answers.Exists(answer => answer.FromMs <= openMs && openMs < answer.ToMs);

    /// <summary>Open time of the first row from a moment on that an answer shows; null for none.</summary>
    public long? FirstFrom(long openMs) => _answers.Select(answer => answer.FirstFrom(openMs)).Min();

    /// <summary>Keeps an answer.</summary>
    public void Add(HistoryAnswer answer)
    {
        _isFickle = _isFickle || IsContradicted(answer);
        _answers.Add(answer);
        if (_answers.Count > MaxKept)
        {
            _answers.RemoveAt(0);
        }
    }

    /// <summary>Forgets what was only of candles before a moment.</summary>
    public void ForgetBefore(long openMs) => _answers.RemoveAll(answer => answer.ToMs <= openMs);

    /// <summary>Forgets the answers that were refusals.</summary>
    public void ForgetRefusals() => _answers.RemoveAll(answer => answer.Refusal is not null);

    /// <summary>A row that was the newest of its answer, though a newer one should have been there; shared with the next walk about the same candles.</summary>
    public UnfollowedRow? Unfollowed { get; set; }

    /// <summary>
    /// Returns true when a row is what its candle became. It is not in the first seconds after the candle's end; nor when it is the newest of its answer
    /// although there should be a newer one: whoever answered may be behind, and the candle was open there. Then a later answer must show the next row, or the
    /// same again.
    /// </summary>
    public bool IsFinal(in PriceQuote candle, HistoryAnswer answer)
    {
        var ageMs = answer.VenueNowMs - candle.CloseMs;
        if (ageMs < SettleMs)
        {
            return false;
        }

        if (answer.LastMs is { } lastMs && lastMs >= candle.CloseMs)
        {
            // where the newest row should not be the newest, its beginning is all that is known of when the answer was true
            var nextMs = interval.NextMs(lastMs);
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

    /// <summary>Returns the time after its end, in milliseconds, during which a candle that no answer shows may still come.</summary>
    public long YoungMs(long limitMs, long? knownMs)
    {
        var isLast = knownMs is null && !_answers.Exists(answer => answer.HasFrom(limitMs));
        return (long)(isLast ? rules.YoungAtEnd : rules.Young).TotalMilliseconds;
    }

    /// <summary>
    /// Returns up to where one answer, up to where one with rows, and up to where as many as it takes, at different times, say that there is nothing. The
    /// listing date is worth an answer.
    /// </summary>
    public (long OnceMs, long QuietMs, long TwiceMs) Weigh(in HistoryPlace place, long? knownMs)
    {
        var (onceMs, quietMs) = (place.AtMs, place.AtMs);
        var said = new List<long>();
        if (place.ListedMs is { } listedMs && listedMs > place.AtMs)
        {
            onceMs = listedMs;
            said.Add(listedMs);
        }

        long? cameAt = null;
        foreach (var answer in _answers)
        {
            var untilMs = EmptyUntil(place, answer, knownMs);
            if (untilMs <= place.AtMs)
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

        var enough = _isFickle ? EnoughOfFickle : knownMs is null || place.IsBeginning ? EnoughAnswers : EnoughOfInnerHole;
        said.Sort((one, other) => other.CompareTo(one));
        var twiceMs = said.Count >= enough ? said[enough - 1] : place.AtMs;
        return (onceMs, Math.Max(quietMs, twiceMs), twiceMs);
    }

    /// <summary>
    /// Returns up to where an answer says that there is nothing, exclusive. What it said of candles that were too young then does not count, nor does an answer
    /// with nothing in it that was asked for what there is.
    /// </summary>
    public long EmptyUntil(in HistoryPlace place, HistoryAnswer answer, long? knownMs)
    {
        var oldMs = interval.FloorMs(answer.VenueNowMs - YoungMs(place.LimitMs, knownMs));
        var mayBeEmpty = !(answer.FromMs <= place.BeforeMs) && !(answer.ToMs > knownMs)
            && !_answers.Exists(other => other.FirstFrom(answer.FromMs) < answer.ToMs);
        return Math.Max(place.AtMs, Math.Min(oldMs, answer.EmptyUntil(place.AtMs, mayBeEmpty)));
    }

    /// <summary>Returns true when an answer shows a row that an earlier one should have shown, too.</summary>
    private bool IsContradicted(HistoryAnswer answer) => _answers.Exists(earlier =>
        answer.Candles.Any(
            candle => candle.CloseMs + LagMs <= earlier.VenueNowMs && earlier.EmptyUntil(candle.OpenMs, mayBeEmpty: true) > candle.OpenMs));
}

/// <summary>Position of a walk through history.</summary>
/// <param name="AtMs">Open time from which on nothing is settled yet, Unix epoch milliseconds.</param>
/// <param name="LimitMs">Open time from which on candles are not asked for, or not over yet, Unix epoch milliseconds.</param>
/// <param name="BeforeMs">The row before, which an answer must show to be believed; null where there is none.</param>
/// <param name="IsBeginning">True when nothing has been shown yet.</param>
/// <param name="ListedMs">The listing date, while nothing older has been shown; null where it is not known.</param>
internal readonly record struct HistoryPlace(long AtMs, long LimitMs, long? BeforeMs, bool IsBeginning, long? ListedMs);

/// <summary>A row that was the newest of its answer, though a newer one should have been there.</summary>
/// <param name="Candle">The row.</param>
/// <param name="CameAt">Time at which it came first, a timestamp of the market's clock.</param>
internal sealed record UnfollowedRow(PriceQuote Candle, long CameAt);
