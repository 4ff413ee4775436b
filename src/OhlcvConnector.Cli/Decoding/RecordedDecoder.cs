using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Cli.Decoding;

/// <summary>Decodes recorded messages with a venue's own adapter, for whatever symbols they name.</summary>
internal sealed class RecordedDecoder
{
    private readonly IVenue _venue;
    private readonly VenueMarket _market;
    private readonly string? _symbol;
    private readonly Interval? _interval;
    private readonly decimal? _contractSize;
    private readonly TimeProvider _clock;
    private readonly QuoteBatch _batch;

    /// <summary>Prepares.</summary>
    /// <param name="venue">Whose messages.</param>
    /// <param name="market">Of which market.</param>
    /// <param name="symbol">The symbol of pages that do not name theirs, and what its quotes are called; null to take the messages' word.</param>
    /// <param name="interval">The interval of pages of history; null to infer it from the rows.</param>
    /// <param name="contractSize">What a contract stands for; null where it is not known, and what depends on it is null.</param>
    /// <param name="clock">Decides what is closed where a page does not say.</param>
    public RecordedDecoder(IVenue venue, VenueMarket market, string? symbol, Interval? interval, decimal? contractSize, TimeProvider clock)
    {
        (_venue, _market, _symbol, _interval, _contractSize, _clock) = (venue, market, symbol, interval, contractSize, clock);
        _batch = new QuoteBatch(new SeriesTable(market, NewSeries));
    }

    /// <summary>Decodes a stream message; null when all is well, else what is wrong.</summary>
    public string? Stream(RecordedMessage message, out ReadOnlySpan<PriceQuote> quotes)
    {
        _batch.Reset(QuoteSource.Stream, message.ReceivedAt ?? _clock.GetUtcNow());
        var frame = _venue.TryDecode(_market, message.Bytes.Span.Trim(" \r\n\t"u8), _batch);
        quotes = _batch.Quotes;
        return frame.Kind == FrameKind.Malformed ? frame.Note!.Text : _batch.Refusal;
    }

    /// <summary>Decodes a page of history; null when all is well, else what is wrong.</summary>
    public string? History(RecordedMessage message, out ReadOnlySpan<PriceQuote> quotes)
    {
        _batch.Reset(QuoteSource.History, message.ReceivedAt ?? _clock.GetUtcNow());
        quotes = default;
        var facts = HistoryFacts.Of(message.Bytes, _market.Intervals.Historic);
        if ((_interval ?? facts.Interval) is not { } interval)
        {
            // an error body or an empty page decodes with any interval; a single row needs its own
            var reply = _venue.TryDecodeHistory(_market, NewSeries(_symbol ?? "", _market.Intervals.Historic[0]), new RestAnswer(200, message.Bytes.Span), _batch);
            return reply.Outcome != RestOutcome.Ok ? reply.Text
                : _batch.Count + _batch.Refused == 0 ? null
                : "the rows do not tell their interval; give it with --interval";
        }

        var decoded = _venue.TryDecodeHistory(_market, NewSeries(_symbol ?? facts.Symbol ?? "", interval), new RestAnswer(200, message.Bytes.Span), _batch);
        quotes = _batch.Quotes;
        return decoded.Outcome == RestOutcome.Ok ? _batch.Refusal : decoded.Text;
    }

    private Series NewSeries(string venueSymbol, Interval interval) => new(
        new Instrument
        {
            Exchange = _venue.Name,
            Market = _market.Market,
            VenueSymbol = venueSymbol,
            Symbol = venueSymbol,
            BaseAsset = "",
            QuoteAsset = "",
            ContractSize = _contractSize,
        },
        interval,
        venueSymbol);
}
