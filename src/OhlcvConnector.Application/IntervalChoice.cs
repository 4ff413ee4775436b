using OhlcvConnector.Domain;

namespace OhlcvConnector.Application;

/// <summary>Chooses which of a market's intervals to ask for when one is wanted.</summary>
internal static class IntervalChoice
{
    private static readonly Interval MaxFromTrades = Interval.Parse("1d");

    /// <summary>The wanted interval where the market has it, else the longest that it can be built from, if that is asked for.</summary>
    /// <param name="exchange">The exchange, for the error.</param>
    /// <param name="market">The market, for the error.</param>
    /// <param name="supported">The intervals that the market has.</param>
    /// <param name="wanted">The wanted interval.</param>
    /// <param name="build">True when it may be built.</param>
    /// <param name="fromTrades">True when trades could make it, for the error.</param>
    /// <exception cref="UnsupportedIntervalException">The market does not have it, and it cannot or must not be built.</exception>
    public static Interval Choose(string exchange, Market market, IReadOnlyList<Interval> supported, Interval wanted, bool build, bool fromTrades = false)
    {
        if (supported.Contains(wanted))
        {
            return wanted;
        }

        var part = supported.Where(interval => interval.Makes(wanted)).DefaultIfEmpty().Max();
        return build && part.Count > 0
            ? part
            : throw new UnsupportedIntervalException(exchange, market, wanted, supported, part.Count == 0 ? null : part, part.Count == 0 && fromTrades);
    }

    /// <summary>Returns true when the market's trades can make candles of a length.</summary>
    public static bool IsFromTrades(MarketProfile market, Interval wanted) => market.TellsTrades && wanted <= MaxFromTrades;

    /// <summary>Refuses a length that the market's trades do not make.</summary>
    /// <exception cref="UnsupportedIntervalException">The trades do not make it; the message has the reason.</exception>
    public static void CheckFromTrades(string exchange, MarketProfile market, Interval wanted)
    {
        if (!IsFromTrades(market, wanted))
        {
            throw new UnsupportedIntervalException(
                exchange, market.Market, wanted, market.Intervals,
                reason: market.TellsTrades
                    ? $"Trades make candles of up to {MaxFromTrades}."
                    : $"The trades of {exchange} {market.Market.Name()} are not read.");
        }
    }
}
