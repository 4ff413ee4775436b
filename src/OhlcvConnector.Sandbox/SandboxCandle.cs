namespace OhlcvConnector;

/// <summary>A candle as the simulated venue's books have it: the truth that what is delivered can be compared with.</summary>
/// <param name="OpenTime">Inclusive start, UTC.</param>
/// <param name="Open">The first price.</param>
/// <param name="High">The highest price.</param>
/// <param name="Low">The lowest price.</param>
/// <param name="Close">The last price; the one before when nothing was traded.</param>
/// <param name="BaseVolume">The volume that was traded, in base units.</param>
/// <param name="QuoteVolume">The volume that was traded, in quote units.</param>
/// <param name="TradeCount">The number of trades; 0 for a quiet candle.</param>
public sealed record SandboxCandle(
    DateTimeOffset OpenTime, decimal Open, decimal High, decimal Low, decimal Close, decimal BaseVolume, decimal QuoteVolume, long TradeCount);
