namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>When anything was heard of one symbol, trades or candles, and how long it was silent. Used under the lock of its <see cref="TradeTape"/>.</summary>
internal sealed class TapeHearing
{
    private readonly SilenceSpans _silences = new();
    private long _latestMs = long.MinValue; // the latest time that any trade or candle was of

    /// <summary>When a trade or a candle came last, by our clock; 0 before the first.</summary>
    public long HeardAtMs { get; private set; }

    /// <summary>The latest time that a trade was of, by the venue's clock; the least number before the first.</summary>
    public long LatestTradeMs { get; private set; } = long.MinValue;

    /// <summary>How long a silence is nothing unusual, in milliseconds.</summary>
    public long UsualMs => _silences.UsualMs;

    /// <summary>A trade came, of the past that is remembered.</summary>
    public void HearTrade(long tradeMs)
    {
        if (tradeMs > LatestTradeMs)
        {
            _silences.Hear(LatestTradeMs, tradeMs);
            LatestTradeMs = tradeMs;
        }
    }

    /// <summary>A trade or a candle came.</summary>
    /// <param name="ofMs">What time it was of, by the venue's clock.</param>
    /// <param name="oursMs">When it came, by ours.</param>
    public void Hear(long ofMs, long oursMs)
    {
        if (ofMs > _latestMs && HeardAtMs != 0)
        {
            _silences.Ended(_latestMs, ofMs, oursMs - HeardAtMs);
        }

        HeardAtMs = Math.Max(HeardAtMs, oursMs);
        _latestMs = Math.Max(_latestMs, ofMs);
    }

    /// <summary>How long the silence was that a moment lies in, as far as it was unusual; 0 where there was none.</summary>
    public long SilenceAt(long momentMs) => _silences.At(momentMs);
}
