using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// Finds out by the ids of trades whether a trade is missing: where candles do not count trades, one that was lost after the stream's last state of a candle is
/// noticed by nothing else. That a venue numbers the trades of a symbol without a hole is not taken for granted: it is learned from candles that are whole, and
/// is a doubt then, and no proof. Used under the lock of its <see cref="TradeTape"/>.
/// </summary>
internal sealed class TradeIds(VenueTrades facts, TapeSources sources, FeedCounters counters)
{
    private const int Learned = 5;      // candles in a row
    private const int MaxLearned = 20;
    private const int FewTrades = 5;    // of which nothing is learned

    private int _consecutive;

    /// <summary>Returns true when a candle's ids have a hole, where ids have none.</summary>
    public bool HaveHole(SeriesCounts series, CandleCount count)
    {
        if (!facts.IdsAscend || facts.AreCounted || count.Count == 0)
        {
            return false;
        }

        var before = series.Before(count);
        var after = series.FirstFrom(count.CloseMs);
        var isConsecutive = count.IsConsecutive
            && (before is null || !sources.AreWhole(before.OpenMs) || before.HighestId + 1 == count.LowestId)
            && (after is null || count.HighestId + 1 == after.LowestId);
        var isLacking = !isConsecutive && _consecutive >= Learned;
        if (isLacking)
        {
            counters.TradesDisagree();
        }

        _consecutive = isConsecutive ? Math.Min(_consecutive + (count.Count >= FewTrades ? 1 : 0), MaxLearned) : Math.Max(0, _consecutive - Learned);
        return isLacking;
    }
}
