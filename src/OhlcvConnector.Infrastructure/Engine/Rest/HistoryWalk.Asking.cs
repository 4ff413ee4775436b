using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <content>Asks about a hole, and keeps what the answer shows.</content>
internal sealed partial class HistoryWalk
{
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

        _evidence.Add(answer);
        Learn(hole, answer, isWide: _interval.CountBetween(fromMs, toMs) > access.Market.HistoryRows + 1);
    }

    /// <summary>
    /// Returns the begin and the end of the next question: plainly a page at first; then with the neighbours of the hole, wider where nothing shows.
    /// </summary>
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
            : _troubles > 0 ? HistoryEvidence.BetweenAnswers * Math.Pow(2, Math.Min(_troubles - 1, 5))
            : isSecond ? HistoryEvidence.BetweenAnswers
            : TimeSpan.Zero;
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause < MaxPause ? pause : MaxPause, access.MarketClock, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool MayBeTaken(in PriceQuote candle, HistoryAnswer answer) =>
        candle.OpenMs >= _atMs && candle.OpenMs < _limitMs && candle.IsClosed && _evidence.IsFinal(candle, answer);

    /// <summary>Keeps the rows of an answer, and what they say about the venue.</summary>
    private void Learn(Hole hole, HistoryAnswer answer, bool isWide)
    {
        var candles = answer.Candles.AsSpan();
        for (var i = 0; i < candles.Length; i++)
        {
            var start = i;
            for (; i < candles.Length && MayBeTaken(candles[i], answer); i++)
            {
            }

            _shelf.Add(answer.Candles[start..i], answer.VenueNowMs);
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
        var isBelieved = _evidence.EmptyUntil(Place, answer, knownMs) > _atMs || isNearer || hole.IsYoung;
        _troubles = isBelieved ? 0 : _troubles + 1;
    }
}
