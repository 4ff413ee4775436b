using System.Runtime.CompilerServices;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>
/// Walks a range of a series' history from its beginning to its end, and says of every candle whether it is there, is missing, or cannot be judged yet. No
/// single answer is believed: where to go on is told by the rows that came, whatever their number, and what did not come is asked for again, alone, until
/// several answers that show its neighbours lack it; and a row that nothing follows may be a candle's state of a while ago: see <see cref="IsFinal"/>.
/// </summary>
/// <param name="access">The market.</param>
/// <param name="series">The series.</param>
/// <param name="ask">Asks for the candles that open from a moment to another, as many as the venue gives at once.</param>
/// <param name="rules">How the walk goes.</param>
internal sealed partial class HistoryWalk(
    VenueAccess access, Series series, Func<long, long, CancellationToken, Task<HistoryAnswer>> ask, HistoryWalkRules rules)
{
    private const int MaxKept = 8;                 // answers about one hole
    private const int MaxTroubles = 6;             // answers in a row that say nothing new
    private const int MaxQuestions = 60;           // about one hole, that bring nothing
    private const int Growth = 8;                   // of a look into the void, each time that it shows nothing
    private const string None = "the exchange's history has none of them";
    private static readonly TimeSpan BetweenAnswers = TimeSpan.FromSeconds(2); // two at once are one
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    private readonly Interval _interval = series.Interval;
    private readonly List<HistoryAnswer> _answers = [];
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

    private HistoryAnswer? Newest => _answers.Count > 0 ? _answers[^1] : null;

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
            var isUnlisted = hole.ReachMs <= FirstEverMs || series.Instrument.ListedAt?.ToUnixTimeMilliseconds() >= hole.ReachMs;
            var kind = isUnlisted && _isBeginning ? HistoryPieceKind.BeforeListing : HistoryPieceKind.Gap;
            return Missing(
                kind, Math.Min(hole.ReachMs, hole.EndMs), $"the venue keeps only its newest {access.Market.HistoryReach} candles") with
            { IsFollowed = true };
        }

        var isAsked = _answers.Exists(answer => answer.FromMs <= _atMs && _atMs < answer.ToMs);
        var isWaited = rules.Waits && hole.IsYoung;
        if (access.Market.OmitsQuietCandles && hole.KnownMs is not null && !hole.IsYoung && hole.QuietMs >= hole.SettleMs)
        {
            return Missing(HistoryPieceKind.Candles, hole.SettleMs, "");
        }

        if (!hole.IsYoung && (hole.TwiceMs >= hole.SettleMs || (hole.TwiceMs > _atMs && Newest is { } newest && newest.ToMs <= hole.TwiceMs)))
        {
            return await ConcludeAsync(Math.Min(hole.TwiceMs, hole.SettleMs), hole, cancellationToken).ConfigureAwait(false);
        }

        if (isAsked && ((!rules.Waits && hole.IsYoung) || (rules.AsksLater && (_troubles > 1 || (hole.KnownMs is null && Newest!.ToMs >= hole.EndMs)))))
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
        return Newest?.Refusal is { } words ? await PassRefusedAsync(words, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>What is known of the candles from here to the next one that there is.</summary>
    private Hole NewHole()
    {
        var nowMs = access.Clock.NowMs;
        var knownMs = _shelf.FirstMs < _limitMs ? _shelf.FirstMs : null;
        var endMs = knownMs ?? _interval.AddMs(_atMs, (int)_interval.CountBetween(_atMs, _limitMs));
        var oldMs = _interval.FloorMs(nowMs - YoungMs(knownMs));
        var settleMs = _atMs < oldMs && oldMs < endMs ? oldMs : endMs;
        if (ListedMs is { } listedMs && listedMs > _atMs && listedMs < settleMs)
        {
            settleMs = listedMs;
        }

        var (onceMs, quietMs, twiceMs) = Evidence(knownMs);
        var reachMs = access.Market.HistoryReach is { } reach ? _interval.AddMs(_interval.FloorMs(nowMs), 1 - reach) : long.MinValue;
        return new Hole(knownMs, endMs, settleMs, _atMs >= oldMs, onceMs, quietMs, twiceMs, reachMs);
    }

    /// <summary>The listing date, while nothing older has been shown.</summary>
    private long? ListedMs =>
        _isBeginning && rules.MayBeUnlisted && series.Instrument.ListedAt is { } listedAt ? _interval.FloorMs(listedAt.ToUnixTimeMilliseconds()) : null;

    private async Task AskAsync(Hole hole, bool isAsked, bool isWaited, CancellationToken cancellationToken)
    {
        var (fromMs, toMs) = Question(hole, isAsked);
        toMs = Math.Min(toMs, fromMs + Math.Min(_widestMs, long.MaxValue - fromMs));
        await PauseAsync(hole, toMs, isAsked, isWaited, cancellationToken).ConfigureAwait(false);
        var answer = await ask(fromMs, toMs, cancellationToken).ConfigureAwait(false);
        (_questions, _fruitless) = (_questions + 1, _fruitless + 1);
        if (answer.Refusal is not null && _interval.CountBetween(fromMs, toMs) > access.Market.HistoryRows)
        {
            _isWideRefused = true; // so much at once, or so far back: a page of it is asked for before that is taken for an answer
            return;
        }

        if (answer.ToMs < toMs)
        {
            _widestMs = answer.ToMs - fromMs;
        }

        _isFickle = _isFickle || IsContradicted(answer);
        _answers.Add(answer);
        if (_answers.Count > MaxKept)
        {
            _answers.RemoveAt(0);
        }

        Learn(hole, answer, isWide: _interval.CountBetween(fromMs, toMs) > access.Market.HistoryRows + 1);
    }

    /// <summary>Where the next question begins and ends: plainly a page at first; then with the neighbours of the hole, wider where nothing shows.</summary>
    private (long FromMs, long ToMs) Question(Hole hole, bool isAsked)
    {
        var fromMs = isAsked && _beforeMs is { } beforeMs && _interval.CountBetween(beforeMs, _atMs) <= FewQuiet ? beforeMs : _atMs;
        if (hole.KnownMs is not { } knownMs)
        {
            var pages = _isWideRefused || !isAsked ? 1 : (long)Math.Pow(Growth, Math.Min(_questions, 7));
            var listedMs = !_isWideRefused && ListedMs > _atMs ? Math.Min(ListedMs.Value, _limitMs) : 0;
            var endMs = isAsked
                ? Math.Max(_furtherMs, Step(fromMs, _page, access.Clock.NowMs + 1))
                : _furtherMs; // a row behind the end tells, too, that the end is not there
            return (fromMs, Math.Max(Step(fromMs, _page * pages, endMs), listedMs));
        }

        if (_interval.CountBetween(_atMs, knownMs) < _page)
        {
            // where the neighbours on both sides are shown anyhow, the other holes of the page get their second answer, too
            return (
                fromMs,
                hole.OnceMs >= knownMs && fromMs < _atMs ? Math.Max(Step(fromMs, _page, _limitMs), _interval.NextMs(knownMs)) : _interval.NextMs(knownMs));
        }

        var emptyMs = Math.Max(_atMs, hole.OnceMs);
        var isCut = _page < access.Market.HistoryRows && emptyMs == _atMs; // more than it gives brings the far end of the hole alone
        return _isWideRefused || isCut ? (fromMs, Step(fromMs, _page, _limitMs))
            : _looks > 1 && _interval.CountBetween(emptyMs, knownMs) > _page ? (fromMs, Step(emptyMs, _interval.CountBetween(emptyMs, knownMs) / 2, _limitMs))
            : (fromMs, _interval.NextMs(knownMs));
    }

    private async Task PauseAsync(Hole hole, long toMs, bool isAsked, bool isWaited, CancellationToken cancellationToken)
    {
        var isSecond = isAsked && hole.OnceMs > _atMs && Math.Min(toMs, hole.EndMs) <= hole.OnceMs;
        var pause = isWaited && isAsked ? TimeSpan.FromSeconds(Math.Pow(2, Math.Min(_questions - 1, 5)))
            : _troubles > 0 ? BetweenAnswers * Math.Pow(2, Math.Min(_troubles - 1, 5))
            : isSecond ? BetweenAnswers
            : TimeSpan.Zero;
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause < MaxPause ? pause : MaxPause, access.MarketClock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps the rows of an answer, and what they say about the venue.</summary>
    private void Learn(Hole hole, HistoryAnswer answer, bool isWide)
    {
        foreach (var candle in answer.Candles)
        {
            if (candle.OpenMs >= _atMs && candle.OpenMs < _limitMs && candle.IsClosed && IsFinal(candle, answer))
            {
                _shelf.Add(candle, answer.VenueNowMs);
            }
        }

        foreach (var place in answer.Refused.Where(row => row.OpenMs is not null).GroupBy(row => HistoryAnswer.Place(row, _interval)))
        {
            var isAsked = place.Key >= Math.Max(_atMs, answer.FromMs) && place.Key < Math.Min(_limitMs, answer.ToMs);
            if (isAsked && _interval.NextMs(place.Key) <= answer.VenueNowMs - (long)rules.Young.TotalMilliseconds)
            {
                _shelf.Refuse(place.Key, [.. place.Select(row => row.Rule)]);
            }
        }

        var knownMs = _shelf.FirstMs;
        var isNearer = knownMs < (hole.KnownMs ?? long.MaxValue);
        if (isNearer && hole.KnownMs is not null && !isWide)
        {
            _page = Math.Max(10, Math.Min(_page, _shownByKnown)); // the answer that showed the other was cut off
        }

        _fruitless = isNearer ? 0 : _fruitless;
        (_shownByKnown, _looks) = isNearer ? (answer.Count, isWide ? _looks + 1 : _looks) : (_shownByKnown, _looks);
        var isBelieved = EmptyUntil(answer, knownMs) > _atMs || isNearer || hole.IsYoung;
        _troubles = isBelieved ? 0 : _troubles + 1;
    }

    private void MoveTo(long atMs)
    {
        _atMs = atMs;
        (_questions, _fruitless, _troubles, _looks) = (0, 0, 0, 0);
        _answers.RemoveAll(answer => answer.ToMs <= atMs);
    }

    private HistoryPiece Missing(HistoryPieceKind kind, long toMs, string reason) => new(kind, _atMs, toMs) { Reason = reason };

    /// <summary>The first open time from a moment on. Venues count candles of several days from different days, so any of those may be one.</summary>
    private long FirstMs(long momentMs)
    {
        var grid = _interval is { Unit: IntervalUnit.Day, Count: > 1 } ? Interval.OneDay : _interval;
        var floorMs = grid.FloorMs(momentMs);
        return floorMs < momentMs ? grid.NextMs(floorMs) : floorMs;
    }

    /// <summary>So many candles later, but not beyond an end.</summary>
    private long Step(long openMs, long candles, long endMs)
    {
        var later = openMs + (candles * _interval.ApproximateLength.TotalMilliseconds);
        return later >= endMs ? Math.Max(endMs, _interval.NextMs(openMs)) : _interval.AddMs(openMs, (int)candles);
    }

    /// <summary>Candles that are not there, as far as is known.</summary>
    /// <param name="KnownMs">The next one that is; null when none has been shown yet.</param>
    /// <param name="EndMs">Where the hole ends.</param>
    /// <param name="SettleMs">Up to where it can be settled: younger ones may still come.</param>
    /// <param name="IsYoung">Whether all of it may still come.</param>
    /// <param name="OnceMs">Up to where an answer says that there is nothing.</param>
    /// <param name="QuietMs">Up to where an answer with rows says so, or as many as it takes.</param>
    /// <param name="TwiceMs">Up to where as many say so as it takes.</param>
    /// <param name="ReachMs">Where the venue's memory begins.</param>
    private readonly record struct Hole(long? KnownMs, long EndMs, long SettleMs, bool IsYoung, long OnceMs, long QuietMs, long TwiceMs, long ReachMs);
}
