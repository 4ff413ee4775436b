using System.IO.Enumeration;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>
/// Symbols of an exchange as a user writes them: one, or by what their spellings have in common, <c>*-USDT-SWAP</c>, where <c>*</c> is anything and <c>?</c>
/// one letter.
/// </summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Market">The market; null for the exchange's default, or all.</param>
/// <param name="Text">The pattern, of the exchange's own spelling or the common one, in any case; or one symbol.</param>
public sealed record SeriesPattern(string Exchange, Market? Market, string Text)
{
    /// <summary>
    /// Reads <c>exchange:symbol</c>, <c>exchange/market:symbol,symbol</c>; only the first colon counts, for symbols hold more, as <c>BTC/USDT:USDT</c> does.
    /// </summary>
    /// <exception cref="FormatException">It is none; the message says what would be.</exception>
    public static IReadOnlyList<SeriesPattern> ParseAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var symbols = text[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (colon <= 0 || symbols.Length == 0)
        {
            throw new FormatException($"'{text}' is not exchange:symbol. Write binance:BTCUSDT, or binance/usdm:BTCUSDT for a market.");
        }

        var where = text[..colon].Split('/', 2);
        Market? market = where.Length == 1 ? null : MarketNames.TryParse(where[1], out var named) ? named
            : throw new FormatException($"'{text}': there is no market '{where[1]}'. Use spot, usdm or coinm.");
        return [.. symbols.Select(symbol => new SeriesPattern(where[0], market, symbol))];
    }

    /// <summary>Whether it means any number of symbols, rather than one.</summary>
    public bool IsOfMany => Is(Text);

    /// <summary>Whether a symbol is a pattern.</summary>
    public static bool Is(string symbol) => symbol.AsSpan().ContainsAny('*', '?');

    /// <summary>As it is typed.</summary>
    public override string ToString() => $"{Exchange}{(Market is { } market ? "/" + market.Name() : "")}:{Text}";

    /// <summary>The instruments that trade and match now, as the exchange lists them at this moment.</summary>
    /// <exception cref="UnknownExchangeException">There is no such exchange.</exception>
    /// <exception cref="UnsupportedMarketException">The exchange has no such market.</exception>
    /// <exception cref="ExchangeUnavailableException">The venue did not answer usably.</exception>
    public async Task<IReadOnlyList<Instrument>> FindAsync(IInstrumentRepository instruments, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        var list = new ListInstruments(instruments);
        var profile = list.Exchange(Exchange);
        var market = Market ?? profile.DefaultMarket;
        foreach (var row in profile.Markets.Where(row => market is null || row.Market == market))
        {
            await instruments.ListAgainAsync(profile.Name, row.Market, cancellationToken).ConfigureAwait(false); // so that what is new is there
        }

        return [.. (await list.ListAsync(Exchange, market, filter: null, cancellationToken).ConfigureAwait(false)).Where(one => one.IsTrading && Matches(one))];
    }

    /// <summary>Whether a series is one of it; the exchange may be <c>*</c> for all.</summary>
    public bool Matches(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return (Exchange == "*" || Exchange.Equals(series.Exchange, StringComparison.OrdinalIgnoreCase))
            && (Market is not { } market || market == series.Market)
            && Matches(series.Instrument);
    }

    /// <summary>Whether an instrument's spelling is one of it.</summary>
    public bool Matches(Instrument instrument)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        return FileSystemName.MatchesSimpleExpression(Text, instrument.VenueSymbol) || FileSystemName.MatchesSimpleExpression(Text, instrument.Symbol);
    }
}
