using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>
/// Walks a range of a series' history from its beginning to its end, and says of every candle whether it is there, is missing, or cannot be judged yet. No
/// single answer is believed: where to go on is told by the rows that came, whatever their number, and what did not come is asked for again, alone, until
/// several answers that show its neighbours lack it; and a row that nothing follows may be a candle's state of a while ago: see <see
/// cref="HistoryEvidence.IsFinal"/>.
/// </summary>
/// <param name="access">The market.</param>
/// <param name="series">The series.</param>
/// <param name="ask">Asks for the candles that open from a moment to another, as many as the venue gives at once.</param>
/// <param name="rules">The rules of the walk.</param>
internal sealed partial class HistoryWalk(
    VenueAccess access, Series series, Func<long, long, CancellationToken, Task<HistoryAnswer>> ask, HistoryWalkRules rules)
{
    private const int MaxTroubles = 6;             // answers in a row that say nothing new
    private const int MaxQuestions = 60;           // about one hole, that bring nothing
    private const int FewQuiet = 15;               // candles
    private const int Growth = 8;                   // of a look into the void, each time that it shows nothing
    private const string None = "the exchange's history has none of them";
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    private readonly Interval _interval = series.Interval;
    private readonly HistoryEvidence _evidence = new(access, series.Interval, rules);
    private readonly HistoryProbe _probe = new(access, series, ask);
    private readonly HistoryShelf _shelf = new(series.Interval);
    private long _atMs;             // what opens before is settled
    private long _limitMs;          // what opens from here on is not asked for, or not over yet
    private long _furtherMs;        // a candle further, whose row says that the one before is over
    private long? _beforeMs;        // the row before, which an answer must show to be believed
    private bool _isBeginning;      // nothing has been shown yet
    private int _page;              // rows of a page, as far as this venue really gives them
    private long _widestMs = long.MaxValue; // what the venue answers at once, whatever is asked
    private bool _isWideRefused;
    private int _questions;         // about the hole at hand
    private int _fruitless;         // those of them that brought nothing
    private int _troubles;
    private int _looks;             // wide ones that showed something
    private int _shownByKnown;      // rows in the answer that showed the row after the hole

    /// <summary>Open time of the first candle that was not settled, because it was not over when the walk began or it did not come so far.</summary>
    public long AtMs => _atMs;

    /// <summary>A row that was the newest of its answer, though a newer one should have been there; shared with the next walk about the same candles.</summary>
    public UnfollowedRow? Unfollowed
    {
        get => _evidence.Unfollowed;
        set => _evidence.Unfollowed = value;
    }

    private HistoryPlace Place => new(_atMs, _limitMs, _beforeMs, _isBeginning, ListedMs);

    /// <summary>Walks <c>[fromMs, toMs)</c> as far as its candles are over.</summary>
    /// <exception cref="ExchangeUnavailableException">No usable answer after all attempts.</exception>
    /// <exception cref="SubscriptionRejectedException">The venue refuses all of it.</exception>
    public async IAsyncEnumerable<HistoryPiece> WalkAsync(long fromMs, long toMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _atMs = FirstMs(Math.Max(0, fromMs));
        _limitMs = Math.Min(toMs, _interval.PreviousMs(access.Clock.NowMs) + 1);
        _furtherMs = _atMs < _limitMs ? _interval.AddMs(_atMs, (int)_interval.CountBetween(_atMs, _limitMs)) + 1 : _limitMs;
        (_isBeginning, _page) = (true, access.Market.HistoryRows);
        while (_atMs < _limitMs)
        {
            if (_shelf.TryTake(_atMs, out var taken))
            {
                _isBeginning = false;
                _beforeMs = _interval.PreviousMs(taken.ToMs);
                MoveTo(taken.ToMs);
                yield return taken;
                continue;
            }

            if (await SettleAsync(cancellationToken).ConfigureAwait(false) is { } piece)
            {
                MoveTo(piece.ToMs);
                if (piece.Kind != HistoryPieceKind.Candles) // quiet ones had no trades
                {
                    _beforeMs = null;
                    yield return piece;
                }
            }
        }
    }

    /// <summary>Settles the hole that the walk stands before, or asks once more about it: null then.</summary>
    private async Task<HistoryPiece?> SettleAsync(CancellationToken cancellationToken)
    {
        var hole = NewHole();
        if (hole.ReachMs > _atMs)
        {
            var isUnlisted = hole.ReachMs <= HistoryProbe.FirstEverMs || series.Instrument.ListedAt?.ToUnixTimeMilliseconds() >= hole.ReachMs;
            var kind = isUnlisted && _isBeginning ? HistoryPieceKind.BeforeListing : HistoryPieceKind.Gap;
            return Missing(
                kind, Math.Min(hole.ReachMs, hole.EndMs), $"the venue keeps only its newest {access.Market.HistoryReach} candles") with
            { IsFollowed = true };
        }

        var isAsked = _evidence.IsAsked(_atMs);
        var isWaited = rules.Waits && hole.IsYoung;
        if (access.Market.OmitsQuietCandles && hole.KnownMs is not null && !hole.IsYoung && hole.QuietMs >= hole.SettleMs)
        {
            return Missing(HistoryPieceKind.Candles, hole.SettleMs, "");
        }

        if (!hole.IsYoung && (hole.TwiceMs >= hole.SettleMs || (hole.TwiceMs > _atMs && _evidence.Newest is { } newest && newest.ToMs <= hole.TwiceMs)))
        {
            return await ConcludeAsync(Math.Min(hole.TwiceMs, hole.SettleMs), hole, cancellationToken).ConfigureAwait(false);
        }

        var isLeft = rules.AsksLater && (_troubles > 1 || (hole.KnownMs is null && _evidence.Newest?.ToMs >= hole.EndMs));
        if (isAsked && ((!rules.Waits && hole.IsYoung) || isLeft))
        {
            return Unsettled(hole);
        }

        if (_troubles > MaxTroubles || _fruitless > MaxQuestions)
        {
            return Missing(
                HistoryPieceKind.Gap,
                hole.EndMs,
                "the exchange's answers lack what it has shown before, however often it is asked") with
            { IsFollowed = hole.KnownMs is not null };
        }

        await AskAsync(hole, isAsked, isWaited, cancellationToken).ConfigureAwait(false);
        if (_evidence.Newest?.Refusal is not { } words)
        {
            return null;
        }

        _evidence.ForgetRefusals();
        var answeredMs = await _probe.FirstAnsweredAsync(_atMs, _limitMs, words, cancellationToken).ConfigureAwait(false);
        return Missing(HistoryPieceKind.Gap, answeredMs, $"the exchange refuses what is so old: {words}") with { IsFollowed = true };
    }

    /// <summary>Says what it is that two answers lack.</summary>
    private async Task<HistoryPiece> ConcludeAsync(long untilMs, Hole hole, CancellationToken cancellationToken)
    {
        if (_isBeginning && rules.MayBeUnlisted)
        {
            if (hole.KnownMs is null)
            {
                untilMs = await _probe.SkipEmptyPagesAsync(untilMs, _limitMs, _widestMs, cancellationToken).ConfigureAwait(false);
            }

            if (ListedMs >= untilMs)
            {
                return Missing(HistoryPieceKind.BeforeListing, untilMs, $"it is listed since {series.Instrument.ListedAt:u}") with { IsFollowed = true };
            }

            if ((hole.KnownMs is not null || await _probe.HasLaterAsync(untilMs, cancellationToken).ConfigureAwait(false))
                && !await _probe.HasEarlierAsync(_atMs, _widestMs, cancellationToken).ConfigureAwait(false))
            {
                return Missing(HistoryPieceKind.BeforeListing, untilMs, "the exchange has nothing older") with { IsFollowed = true };
            }
        }

        var unplaced = _evidence.Newest!.Refused.Where(row => row.OpenMs is null).Select(row => row.Rule).ToList();
        var reason = unplaced.Count > 0 ? HistoryShelf.Words(unplaced) : None;
        if (access.Market.OmitsQuietCandles && hole.KnownMs is null)
        {
            var isFew = _beforeMs is not null && _interval.CountBetween(_atMs, access.Clock.NowMs) <= FewQuiet;
            if (isFew || await _probe.HasLaterAsync(untilMs, cancellationToken).ConfigureAwait(false))
            {
                return Missing(HistoryPieceKind.Candles, untilMs, "");
            }

            reason = "the exchange's history ends before: no trades since, or it lacks them";
        }

        return Missing(HistoryPieceKind.Gap, untilMs, reason) with { IsFollowed = hole.KnownMs is not null };
    }

    /// <summary>Candles that are left to whoever asks again later: up to the first that a row was seen of.</summary>
    private HistoryPiece Unsettled(Hole hole)
    {
        var shownMs = _evidence.FirstFrom(_atMs) ?? long.MaxValue;
        var isShown = shownMs < _interval.NextMs(_atMs);
        var untilMs = isShown ? _interval.NextMs(_atMs) : Math.Min(shownMs, hole.EndMs);
        return Missing(HistoryPieceKind.Unsettled, untilMs, None) with { IsFollowed = hole.KnownMs is not null, IsShown = isShown };
    }

    /// <summary>Returns what is known of the candles from here to the next one that there is.</summary>
    private Hole NewHole()
    {
        var nowMs = access.Clock.NowMs;
        var knownMs = _shelf.FirstMs < _limitMs ? _shelf.FirstMs : null;
        var endMs = knownMs ?? _interval.AddMs(_atMs, (int)_interval.CountBetween(_atMs, _limitMs));
        var oldMs = _interval.FloorMs(nowMs - _evidence.YoungMs(_limitMs, knownMs));
        var settleMs = _atMs < oldMs && oldMs < endMs ? oldMs : endMs;
        if (ListedMs is { } listedMs && listedMs > _atMs && listedMs < settleMs)
        {
            settleMs = listedMs;
        }

        var (onceMs, quietMs, twiceMs) = _evidence.Weigh(Place, knownMs);
        var reachMs = access.Market.HistoryReach is { } reach ? _interval.AddMs(_interval.FloorMs(nowMs), 1 - reach) : long.MinValue;
        return new Hole(knownMs, endMs, settleMs, _atMs >= oldMs, onceMs, quietMs, twiceMs, reachMs);
    }

    /// <summary>The listing date, while nothing older has been shown.</summary>
    private long? ListedMs =>
        _isBeginning && rules.MayBeUnlisted && series.Instrument.ListedAt is { } listedAt ? _interval.FloorMs(listedAt.ToUnixTimeMilliseconds()) : null;

    private void MoveTo(long atMs)
    {
        _atMs = atMs;
        (_questions, _fruitless, _troubles, _looks) = (0, 0, 0, 0);
        _evidence.ForgetBefore(atMs);
    }

    private HistoryPiece Missing(HistoryPieceKind kind, long toMs, string reason) => new(kind, _atMs, toMs) { Reason = reason };

    /// <summary>The first open time from a moment on. Venues count candles of several days from different days, so any of those may be one.</summary>
    private long FirstMs(long momentMs)
    {
        var grid = _interval is { Unit: IntervalUnit.Day, Count: > 1 } ? Interval.OneDay : _interval;
        var floorMs = grid.FloorMs(momentMs);
        return floorMs < momentMs ? grid.NextMs(floorMs) : floorMs;
    }

    /// <summary>Returns the open time so many candles later, but not beyond an end.</summary>
    private long Step(long openMs, long candles, long endMs)
    {
        var later = openMs + (candles * _interval.ApproximateLength.TotalMilliseconds);
        return later >= endMs ? Math.Max(endMs, _interval.NextMs(openMs)) : _interval.AddMs(openMs, (int)candles);
    }

    /// <summary>Candles that are not there, as far as is known.</summary>
    /// <param name="KnownMs">The next one that is; null when none has been shown yet.</param>
    /// <param name="EndMs">The end of the hole.</param>
    /// <param name="SettleMs">Up to where it can be settled: younger ones may still come.</param>
    /// <param name="IsYoung">True when all of it may still come.</param>
    /// <param name="OnceMs">Up to where an answer says that there is nothing.</param>
    /// <param name="QuietMs">Up to where an answer with rows says so, or as many as it takes.</param>
    /// <param name="TwiceMs">Up to where as many say so as it takes.</param>
    /// <param name="ReachMs">The open time of the oldest candle that the venue keeps.</param>
    private readonly record struct Hole(long? KnownMs, long EndMs, long SettleMs, bool IsYoung, long OnceMs, long QuietMs, long TwiceMs, long ReachMs);
}
