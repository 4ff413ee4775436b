using OhlcvConnector.Domain;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Recorded;

/// <summary>A market out of a recording: it lists what was followed, and has the candles that were received.</summary>
/// <param name="market">Which market.</param>
/// <param name="book">What the exchange's recording has said so far.</param>
internal sealed class RecordedMarket(Market market, RecordedBook book) : MarketBooks
{
    /// <inheritdoc/>
    public override IReadOnlyList<Listing> Listings => book.Listings(market);

    /// <inheritdoc/>
    public override Listing? Find(string symbol) => book.Find(market, symbol);

    /// <inheritdoc/>
    public override List<CandleState> Candles(
        Listing listing, Interval interval, long fromMs, long toMs, int most, bool newest, long nowMs, long shiftMs = 0)
    {
        var found = book.Candles(listing, interval, fromMs, toMs, nowMs, shiftMs);
        return found.Count <= most ? found : newest ? found[^most..] : found[..most];
    }

    /// <summary>None: what was recorded is said as it came, and not made from the books.</summary>
    public override CandleState? Candle(Listing listing, long openMs, long closeMs, long nowMs) => null;

    /// <summary>None, likewise.</summary>
    public override List<SimulatedTrade> Trades(Listing listing, long secondMs) => [];
}
