using OhlcvConnector.Domain;

namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>The candles of one venue's market: any candle of any listing as of any moment. Safe from several threads.</summary>
internal abstract class MarketBooks
{
    /// <summary>What trades.</summary>
    public abstract IReadOnlyList<Listing> Listings { get; }

    /// <summary>The listing with this symbol; null when there is none.</summary>
    public abstract Listing? Find(string symbol);

    /// <summary>The candles that open in <c>[fromMs, toMs]</c>, ascending, the first of them or the last, the open one included.</summary>
    /// <param name="listing">What is traded.</param>
    /// <param name="interval">The candles' length.</param>
    /// <param name="fromMs">Earliest open time, inclusive.</param>
    /// <param name="toMs">Latest open time, inclusive.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="newest">Whether the last ones count when there are more.</param>
    /// <param name="nowMs">The market's time.</param>
    /// <param name="shiftMs">How far the grid lies before UTC's.</param>
    public abstract List<CandleState> Candles(
        Listing listing, Interval interval, long fromMs, long toMs, int most, bool newest, long nowMs, long shiftMs = 0);

    /// <summary>The candle of <c>[openMs, closeMs)</c> as of a moment; null before the listing, and after trading ended.</summary>
    public abstract CandleState? Candle(Listing listing, long openMs, long closeMs, long nowMs);

    /// <summary>The fills of a second, in the order in which they happened: those that its candles are made of.</summary>
    public abstract List<SimulatedTrade> Trades(Listing listing, long secondMs);
}
