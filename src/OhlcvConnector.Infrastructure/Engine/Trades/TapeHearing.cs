namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// Remembers when anything was heard of one symbol, trades or candles, and how long it was silent. Used under the lock of its <see cref="TradeTape"/>.
/// </summary>
internal sealed class TapeHearing
{
    private readonly SilenceSpans _silences = new();
    private long _latestMs = long.MinValue; // the latest time that any trade or candle was of

    /// <summary>Time at which a trade or a candle came last, by our clock, Unix epoch milliseconds; 0 before the first.</summary>
    public long HeardAtMs { get; private set; }

    /// <summary>The latest time that a trade was of, by the venue's clock; the least number before the first.</summary>
    public long LatestTradeMs { get; private set; } = long.MinValue;

    /// <summary>Longest silence that is nothing unusual, in milliseconds.</summary>
    public long UsualMs => _silences.UsualMs;

    /// <summary>Takes a trade of the past that is remembered.</summary>
    public void HearTrade(long tradeMs)
    {
        if (tradeMs > LatestTradeMs)
        {
            _silences.Hear(LatestTradeMs, tradeMs);
            LatestTradeMs = tradeMs;
        }
    }

    /// <summary>Takes the time of a trade or a candle.</summary>
    /// <param name="ofMs">The time that it was of, by the venue's clock.</param>
    /// <param name="oursMs">The time at which it came, by our clock.</param>
    public void Hear(long ofMs, long oursMs)
    {
        if (ofMs > _latestMs && HeardAtMs != 0)
        {
            _silences.Ended(_latestMs, ofMs, oursMs - HeardAtMs);
        }

        HeardAtMs = Math.Max(HeardAtMs, oursMs);
        _latestMs = Math.Max(_latestMs, ofMs);
    }

    /// <summary>Returns the length in milliseconds of the silence that a moment lies in, as far as it was unusual; 0 where there was none.</summary>
    public long SilenceAt(long momentMs) => _silences.At(momentMs);
}
