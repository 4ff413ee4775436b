namespace OhlcvConnector.Domain;

/// <summary>The base of the errors that this library throws for the caller's mistakes and at the end of all attempts.</summary>
public abstract class OhlcvConnectorException : Exception
{
    private protected OhlcvConnectorException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>Thrown when no adapter has the name that was asked for.</summary>
public sealed class UnknownExchangeException(string exchange, IEnumerable<string> known)
    : OhlcvConnectorException($"There is no exchange '{exchange}'. Known are {string.Join(", ", known)}.")
{
    /// <summary>The name that was asked for.</summary>
    public string Exchange { get; } = exchange;
}

/// <summary>Thrown when the exchange has no such market.</summary>
public sealed class UnsupportedMarketException(string exchange, string market, IEnumerable<Market> known, string? hint = null)
    : OhlcvConnectorException(
        $"{exchange} has no market '{market}'. It has {string.Join(", ", known.Select(MarketNames.Name))}.{(hint is null ? "" : " " + hint)}")
{
    /// <summary>The exchange.</summary>
    public string Exchange { get; } = exchange;
}

/// <summary>Thrown when the exchange's market has no such symbol.</summary>
public sealed class UnknownSymbolException : OhlcvConnectorException
{
    /// <summary>Creates the error.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The market that was searched; null when all were.</param>
    /// <param name="symbol">The symbol as the user wrote it.</param>
    /// <param name="suggestions">Spellings that exist, nearest first.</param>
    /// <param name="hint">A further hint, such as the market that does have it; null for nothing.</param>
    public UnknownSymbolException(string exchange, Market? market, string symbol, IReadOnlyList<string> suggestions, string? hint = null)
        : base(Describe(exchange, market, symbol, suggestions, hint))
    {
        Exchange = exchange;
        Market = market;
        Symbol = symbol;
        Suggestions = suggestions;
    }

    /// <summary>The exchange.</summary>
    public string Exchange { get; }

    /// <summary>The market that was searched; null when all were.</summary>
    public Market? Market { get; }

    /// <summary>The symbol as the user wrote it.</summary>
    public string Symbol { get; }

    /// <summary>Spellings that exist, nearest first; can be empty.</summary>
    public IReadOnlyList<string> Suggestions { get; }

    private static string Describe(string exchange, Market? market, string symbol, IReadOnlyList<string> suggestions, string? hint)
    {
        var where = market is { } one ? $"{exchange} {one.Name()}" : exchange;
        var nearest = suggestions.Count == 0 ? "" : $" Did you mean {string.Join(", ", suggestions)}?";
        return $"{where} has no symbol '{symbol}'.{nearest}{(hint is null ? "" : " " + hint)}";
    }
}

/// <summary>Thrown when the symbol that was written means several symbols of the exchange's market.</summary>
public sealed class AmbiguousSymbolException(string symbol, IReadOnlyList<Instrument> candidates)
    : OhlcvConnectorException(
        $"{candidates[0].Exchange} {candidates[0].Market.Name()} has {candidates.Count} symbols '{symbol}': "
        + $"{string.Join(", ", candidates.Select(candidate => $"{candidate.VenueSymbol} ({candidate.Symbol})"))}. Name one in the exchange's spelling.")
{
    /// <summary>The symbol as the user wrote it.</summary>
    public string Symbol { get; } = symbol;

    /// <summary>Symbols that it can mean, in the exchange's spelling.</summary>
    public IReadOnlyList<string> Suggestions { get; } = [.. candidates.Select(candidate => candidate.VenueSymbol)];
}

/// <summary>Thrown when live candles were asked for of something that does not trade now: there would be nothing but silence.</summary>
public sealed class NotTradingException(IReadOnlyList<Series> series)
    : OhlcvConnectorException(
        $"{Describe(series)}. Past candles can be read as history; to wait until it trades, ask with AwaitTrading, or --wait in a terminal.")
{
    /// <summary>Series that do not trade; at least one.</summary>
    public IReadOnlyList<Series> Series { get; } = series;

    private static string Describe(IReadOnlyList<Series> series) => string.Join("; ", series.Select(one =>
        $"{one.Exchange} {one.Market.Name()} {one.VenueSymbol} does not trade now{(one.Instrument.Status is { } status ? $" ({status})" : "")}"));
}

/// <summary>Thrown when the exchange's market has no candles of this length.</summary>
public sealed class UnsupportedIntervalException(
    string exchange, Market market, Interval interval, IReadOnlyList<Interval> supported, Interval? buildableFrom = null, bool isMadeByTrades = false,
    string? reason = null)
    : OhlcvConnectorException($"{exchange} {market.Name()} has no interval '{interval}'. It has {string.Join(" ", supported)}."
        + (buildableFrom is { } part ? $" It can be built from {part}." : isMadeByTrades ? " Trades can make it." : reason is null ? "" : $" {reason}"))
{
    /// <summary>True when trades make candles of the wanted length in a stream, as <c>IntervalFromTrades</c> of a request does.</summary>
    public bool IsMadeByTrades { get; } = isMadeByTrades;

    /// <summary>
    /// The longest of them that candles of the wanted length can be built from, as <c>BuildInterval</c> of a request does; null when there is none.
    /// </summary>
    public Interval? BuildableFrom { get; } = buildableFrom;

    /// <summary>The interval that was asked for.</summary>
    public Interval Interval { get; } = interval;

    /// <summary>The intervals that exist there, shortest first.</summary>
    public IReadOnlyList<Interval> Supported { get; } = supported;
}

/// <summary>Thrown when the venue refused a subscription for good.</summary>
public sealed class SubscriptionRejectedException(Series series, string venueMessage)
    : OhlcvConnectorException($"{series} was refused by the exchange: {venueMessage}")
{
    /// <summary>Series that was refused.</summary>
    public Series Series { get; } = series;

    /// <summary>The venue's own words.</summary>
    public string VenueMessage { get; } = venueMessage;
}

/// <summary>The venue, or the connector server in its place, allows no more subscriptions or connections than are open already.</summary>
public sealed class SubscriptionLimitException : OhlcvConnectorException
{
    /// <summary>Creates the error of a venue's own limit.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="limit">The limit, in words.</param>
    /// <param name="inUse">The number in use, in words.</param>
    public SubscriptionLimitException(string exchange, string limit, string inUse)
        : this(
            exchange,
            $"{exchange} allows {limit} from one address, and {inUse}: end some, or name symbols of one market in one request, so that they share connections.")
    {
    }

    /// <summary>Creates the error in somebody else's words.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="message">The words for what is allowed and what to do, for people.</param>
    public SubscriptionLimitException(string exchange, string message)
        : base(message) => Exchange = exchange;

    /// <summary>The exchange.</summary>
    public string Exchange { get; }
}

/// <summary>The venue could not be reached, or did not answer usably, at the end of all attempts.</summary>
public sealed class ExchangeUnavailableException(string exchange, string message, Exception? innerException = null)
    : OhlcvConnectorException(message, innerException)
{
    /// <summary>The exchange.</summary>
    public string Exchange { get; } = exchange;
}

/// <summary>The end of a range of the past is missing, and nobody asked to be told of what is missing. All that there is was delivered before.</summary>
public sealed class IncompleteHistoryException(MissingCandles missing)
    : OhlcvConnectorException($"{missing?.Series}: no candles from {missing?.From:u} to {missing?.To:u}: {missing?.Reason}")
{
    /// <summary>Candles that are missing at the end.</summary>
    public MissingCandles Missing { get; } = missing!;
}

/// <summary>Values that are no possible candle.</summary>
public sealed class InvalidQuoteException(Series series, string brokenRule)
    : OhlcvConnectorException($"{series}: not a possible candle: {brokenRule}.")
{
    /// <summary>Series that it would have been a candle of.</summary>
    public Series Series { get; } = series;

    /// <summary>The rule in words.</summary>
    public string BrokenRule { get; } = brokenRule;
}

/// <summary>Thrown when a setting is wrong; the message names it and its allowed range.</summary>
public sealed class InvalidSettingException(string message) : OhlcvConnectorException(message);

/// <summary>Kind of trouble with an archive of candles.</summary>
public enum ArchiveTrouble
{
    /// <summary>
    /// The archive cannot be used as it is: a wrong path, no rights, another program's file, a newer version, simulated candles where real ones are kept.
    /// </summary>
    Unusable,

    /// <summary>The candles that were to be written do not belong into the archive; nothing was written.</summary>
    Refused,

    /// <summary>There is no room; nothing was written, and the same can be written when there is.</summary>
    Full,

    /// <summary>Another program holds it for longer than was waited; nothing was written, and the same can be written later.</summary>
    Busy,

    /// <summary>The archive is damaged, or its disk fails.</summary>
    Damaged,
}

/// <summary>An archive of candles could not do what it was asked for. What it had is still there, and nothing of what was to be written is.</summary>
public sealed class ArchiveException(ArchiveTrouble trouble, string message, Exception? innerException = null)
    : OhlcvConnectorException(message, innerException)
{
    /// <summary>Kind of the trouble.</summary>
    public ArchiveTrouble Trouble { get; } = trouble;
}

/// <summary>Thrown when what a cluster's nodes share, its leases and its list of series, cannot be reached, or cannot be read by this version.</summary>
public sealed class ClusterException(string message, Exception? innerException = null) : OhlcvConnectorException(message, innerException);

/// <summary>Kind of what a bus suffers from.</summary>
public enum SinkTrouble
{
    /// <summary>The bus does not answer. Trying again helps once it is back.</summary>
    Unreachable,

    /// <summary>The bus has no room. Trying again helps once somebody made some.</summary>
    Full,

    /// <summary>The bus does not know this user, or does not let it do this.</summary>
    Refused,

    /// <summary>What is stored there, or how it is set up, does not fit: somebody has to change it, or the settings.</summary>
    Unfit,
}

/// <summary>A bus could not do what it was asked for. What it has acknowledged is still there.</summary>
/// <param name="trouble">The kind.</param>
/// <param name="message">What happened and what to do, for people; never with a password in it.</param>
/// <param name="innerException">What it comes from; null for nothing.</param>
public sealed class SinkException(SinkTrouble trouble, string message, Exception? innerException = null) : OhlcvConnectorException(message, innerException)
{
    /// <summary>Kind of the trouble.</summary>
    public SinkTrouble Trouble { get; } = trouble;

    /// <summary>True when trying the same again can help without anybody changing a setting.</summary>
    public bool MayPass => Trouble is SinkTrouble.Unreachable or SinkTrouble.Full;
}

/// <summary>A source of prices could not be asked: it is down, limits us, is out of credits, or answers what cannot be read.</summary>
/// <param name="provider">The source's name.</param>
/// <param name="message">What happened, for people; never with a key in it.</param>
/// <param name="retryAfter">Before when asking again is useless; null when trying again at once may help.</param>
/// <param name="innerException">What it comes from; null for nothing.</param>
public sealed class PriceProviderException(string provider, string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : OhlcvConnectorException(message, innerException)
{
    /// <summary>The source's name.</summary>
    public string Provider { get; } = provider;

    /// <summary>Before when asking again is useless; null when trying again at once may help.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
