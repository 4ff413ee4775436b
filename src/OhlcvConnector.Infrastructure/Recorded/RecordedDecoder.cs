using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Recorded;

/// <summary>
/// Decodes recorded messages of an exchange with its own adapter, for whatever symbols they name, without a network. Not for several threads at once.
/// </summary>
public sealed class RecordedDecoder
{
    private readonly IVenue _venue;
    private readonly VenueMarket _market;
    private readonly string? _symbol;
    private readonly Interval? _interval;
    private readonly decimal? _contractSize;
    private readonly TimeProvider _clock;
    private readonly QuoteBatch _batch;
    private readonly List<string> _errors = [];

    /// <summary>Prepares the decoder.</summary>
    /// <param name="exchange">Whose messages, such as <c>binance</c>, in whatever case.</param>
    /// <param name="market">Of which market; null for the exchange's own default.</param>
    /// <param name="symbol">The symbol of pages that do not name theirs, and how its quotes spell it; null to take the messages' word.</param>
    /// <param name="interval">The interval of pages of history; null to infer it from the rows.</param>
    /// <param name="contractSize">The size of a contract, in base units; null where it is not known, and what depends on it is null.</param>
    /// <param name="clock">Decides what is closed where a page does not say; null for the system's.</param>
    /// <exception cref="UnknownExchangeException">There is no such exchange.</exception>
    /// <exception cref="UnsupportedMarketException">The exchange has no such market.</exception>
    public RecordedDecoder(
        string exchange, Market? market = null, string? symbol = null, Interval? interval = null, decimal? contractSize = null, TimeProvider? clock = null)
    {
        _venue = Venues.Find(exchange);
        var wanted = market ?? _venue.DefaultMarket ?? _venue.Markets[0].Market;
        _market = _venue.Markets.FirstOrDefault(row => row.Market == wanted)
            ?? throw new UnsupportedMarketException(_venue.Name, wanted.Name(), _venue.Markets.Select(row => row.Market));
        (_symbol, _interval, _contractSize, _clock) = (symbol, interval, contractSize, clock ?? TimeProvider.System);
        _batch = new QuoteBatch(new SeriesTable(_market, NewSeries), _errors.Add);
    }

    /// <summary>The exchange's name, as it is written in quotes.</summary>
    public string Exchange => _venue.Name;

    /// <summary>The market that the messages are taken to be of.</summary>
    public Market Market => _market.Market;

    /// <summary>Decodes a stream message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="quotes">The candles of the message; none where it has another purpose. Good until the next call.</param>
    /// <returns>The problems of the message, in words; empty when all is well. Good until the next call.</returns>
    public IReadOnlyList<string> Stream(RecordedMessage message, out ReadOnlySpan<PriceQuote> quotes)
    {
        Reset(QuoteSource.Stream, message);
        var frame = _venue.TryDecode(_market, message.Bytes.Span.Trim(" \r\n\t"u8), _batch);
        quotes = _batch.Quotes;
        if (frame.Kind == FrameKind.Malformed)
        {
            Refuse(frame.Note!.Text);
        }
        else if (frame.Kind == FrameKind.Quotes && _batch.Count + _batch.Refused == 0)
        {
            Refuse($"a candle of an interval that {_venue.Name} {_market.Market.Name()} is not known to have");
        }

        return _errors;
    }

    /// <summary>Decodes a page of history; its candles ascend.</summary>
    /// <param name="message">The message.</param>
    /// <param name="quotes">The candles of the message; none where it has another purpose. Good until the next call.</param>
    /// <returns>The problems of the message, in words; empty when all is well. Good until the next call.</returns>
    public IReadOnlyList<string> History(RecordedMessage message, out ReadOnlySpan<PriceQuote> quotes)
    {
        Reset(QuoteSource.History, message);
        var facts = HistoryFacts.Of(message.Bytes, _market.Intervals.Historic);
        var interval = _interval ?? facts.Interval;
        var series = NewSeries(facts.Symbol ?? _symbol ?? "", interval ?? _market.Intervals.Historic[0]);
        var reply = _venue.TryDecodeHistory(_market, series, new RestAnswer(200, message.Bytes.Span.Trim(" \r\n\t"u8)), _batch);
        quotes = default;
        if (reply.Outcome != RestOutcome.Ok)
        {
            Refuse(reply.Text);
        }
        else if (interval is null && _batch.Count + _batch.Refused > 0)
        {
            _errors.Clear(); // they speak of an interval that nobody named
            Refuse("the rows do not tell their interval; give it with --interval");
        }
        else
        {
            quotes = Ascending();
        }

        return _errors;
    }

    private void Reset(QuoteSource source, RecordedMessage message)
    {
        _errors.Clear();
        _batch.Reset(source, message.ReceivedAt ?? _clock.GetUtcNow());
    }

    private void Refuse(string reason)
    {
        var position = reason.IndexOf(" LineNumber: ", StringComparison.Ordinal); // within the message, where it misleads beside the file's line
        _errors.Add((position < 0 ? reason : reason[..position]).ReplaceLineEndings(" "));
    }

    private ReadOnlySpan<PriceQuote> Ascending()
    {
        var quotes = _batch.Quotes;
        for (var i = 1; i < quotes.Length; i++)
        {
            if (quotes[i].OpenMs < quotes[i - 1].OpenMs)
            {
                var sorted = quotes.ToArray();
                Array.Sort(sorted, (left, right) => left.OpenMs.CompareTo(right.OpenMs));
                return sorted;
            }
        }

        return quotes;
    }

    private Series NewSeries(string venueSymbol, Interval interval)
    {
        var instrument = new Instrument
        {
            Exchange = _venue.Name,
            Market = _market.Market,
            VenueSymbol = venueSymbol,
            Symbol = venueSymbol,
            BaseAsset = "",
            QuoteAsset = "",
            ContractSize = _contractSize,
        };
        return new Series(instrument, interval, _symbol is not null && AreAlike(_symbol, venueSymbol) ? _symbol : venueSymbol);
    }

    /// <summary>
    /// Returns true when two spellings have the same letters and digits, in any case: without the venue's listing, <c>BTC/USDT</c> can only be told for
    /// <c>BTCUSDT</c> by them.
    /// </summary>
    private static bool AreAlike(string left, string right) =>
        left.Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant).SequenceEqual(right.Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant));
}
