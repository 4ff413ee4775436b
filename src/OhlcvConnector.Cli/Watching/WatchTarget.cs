using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Watching;

/// <summary>What one row of the table shows: <c>binance:BTCUSDT</c>, or with a market <c>binance/usdm:BTCUSDT</c>.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Market">The market; null for the exchange's own choice.</param>
/// <param name="Symbol">The symbol as it was written.</param>
internal sealed record WatchTarget(string Exchange, Market? Market, string Symbol)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="UsageException">The text is none.</exception>
    public static WatchTarget Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal); // the first: symbols may hold more, as BTC/USDT:USDT does
        if (colon <= 0 || colon == text.Length - 1)
        {
            throw new UsageException($"'{text}' is not exchange:symbol. Write binance:BTCUSDT, or binance/usdm:BTCUSDT for a market.");
        }

        var where = text[..colon].Split('/', 2);
        return new WatchTarget(where[0], where.Length == 1 ? null : MarketOf(text, where[1]), text[(colon + 1)..]);
    }

    /// <summary>Whether a quote is one of this target's, in whichever spelling it was asked for.</summary>
    public bool IsOf(in PriceQuote quote) => IsOf(quote.Series);

    /// <summary>Whether a series is this target's, in whichever spelling it was asked for.</summary>
    public bool IsOf(Series series) => Same(series.Symbol) || Same(series.VenueSymbol) || Same(series.Instrument.Symbol);

    private static Market MarketOf(string text, string name) => MarketNames.TryParse(name, out var market)
        ? market
        : throw new UsageException($"'{text}': there is no market '{name}'. Use spot, usdm or coinm.");

    private bool Same(string spelling) => string.Equals(spelling, Symbol, StringComparison.OrdinalIgnoreCase);
}
