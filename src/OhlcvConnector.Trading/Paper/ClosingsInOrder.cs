namespace OhlcvConnector.Trading;

/// <summary>
/// Puts closed candles of several series into the order of a backtest: all that close at one time together, the earliest first. A time is over when each series
/// has a candle of it or of later; a series that has none where nothing traded is waited for a while only.
/// </summary>
internal sealed class ClosingsInOrder(IReadOnlyList<PaperSeries> series, long patienceMs)
{
    private readonly Queue<Candle>[] _waiting = [.. series.Select(_ => new Queue<Candle>())];
    private readonly long[] _lastCloseMs = [.. series.Select(_ => long.MinValue)];

    /// <summary>Number of candles that wait.</summary>
    public int Count => _waiting.Sum(queue => queue.Count);

    /// <summary>Adds a candle.</summary>
    public void Add(int number, in Candle candle)
    {
        _waiting[number].Enqueue(candle);
        _lastCloseMs[number] = candle.CloseMs;
    }

    /// <summary>Says that all candles of a series until a time have come.</summary>
    public void Reached(int number, long closeMs) => _lastCloseMs[number] = Math.Max(_lastCloseMs[number], closeMs);

    /// <summary>Takes the next candles that close together.</summary>
    /// <param name="nowMs">The market's time.</param>
    /// <param name="next">The candles, by the numbers of their series; empty when none are whole yet.</param>
    /// <param name="untilMs">When to look again, by the market's time; null for when another candle comes.</param>
    public bool TryTake(long nowMs, out List<KeyValuePair<int, Candle>> next, out long? untilMs)
    {
        (next, untilMs) = ([], null);
        var closeMs = _waiting.Where(queue => queue.Count > 0).Select(queue => queue.Peek().CloseMs).DefaultIfEmpty(long.MaxValue).Min();
        if (closeMs == long.MaxValue)
        {
            return false;
        }

        for (var i = 0; i < _waiting.Length; i++)
        {
            if (_waiting[i].Count > 0 || _lastCloseMs[i] >= closeMs)
            {
                continue;
            }

            if (!series[i].OmitsQuietCandles)
            {
                untilMs = null;
                return false;
            }

            if (nowMs < closeMs + patienceMs)
            {
                untilMs = closeMs + patienceMs;
            }
        }

        if (untilMs is not null)
        {
            return false;
        }

        for (var i = 0; i < _waiting.Length; i++)
        {
            if (_waiting[i].TryPeek(out var candle) && candle.CloseMs == closeMs)
            {
                next.Add(new KeyValuePair<int, Candle>(i, _waiting[i].Dequeue()));
            }
        }

        return true;
    }
}
