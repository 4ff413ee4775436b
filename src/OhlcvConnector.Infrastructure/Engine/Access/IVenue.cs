using System.Buffers;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Access;

/// <summary>
/// The adapter of a venue: facts, and pure translation between series and bytes. Implementations hold no state and do no I/O;
/// everything that opens a socket, waits, retries or counts lives once in the engine around them.
/// </summary>
/// <remarks>
/// Decoders may let any exception escape for bytes that are not what they should be: <see cref="VenueDecoding"/> turns it into a refusal with a reason.
/// Spans passed in are valid only during the call.
/// </remarks>
internal interface IVenue
{
    /// <summary>Name of the venue as users type it, lower case.</summary>
    string Name { get; }

    /// <summary>The market when the user names none; null when the symbol decides.</summary>
    Market? DefaultMarket { get; }

    /// <summary>The facts, a row per market, in the order in which a symbol is looked for.</summary>
    IReadOnlyList<VenueMarket> Markets { get; }

    /// <summary>Writes one message that subscribes to a batch no larger than <see cref="VenueLimits.SeriesPerRequest"/>.</summary>
    void WriteSubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp);

    /// <summary>Writes one message that unsubscribes from such a batch.</summary>
    void WriteUnsubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp);

    /// <summary>
    /// Writes one message that subscribes to the trades of a series' symbol, or unsubscribes from them; only asked where <see cref="VenueMarket.Trades"/> is
    /// there.
    /// </summary>
    void WriteTrades(IBufferWriter<byte> output, VenueMarket market, Series series, bool isSubscribe, RequestStamp stamp) =>
        throw new NotSupportedException($"{Name} has no trades.");

    /// <summary>Writes the message that <see cref="VenueHeartbeat.Every"/> asks for; never called for a venue that wants none.</summary>
    void WritePing(IBufferWriter<byte> output, VenueMarket market, RequestStamp stamp);

    /// <summary>
    /// Decodes the frame that comes all day long, one candle in the shape that the venue always sends, straight from its bytes; false for every other frame,
    /// and then nothing was added. Never says anything else than <see cref="Decode"/>, which a test holds it to. Of the CPU of a whole client it saves nothing
    /// at 1,000 messages/s, a fifth at 20,000/s, and two thirds flat out (docs/performance.md), which is why it stands beside <see cref="Decode"/>.
    /// </summary>
    bool TryDecodeCandle(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes);

    /// <summary>Says what a frame is, any frame; its candles, if any, go to <paramref name="quotes"/>.</summary>
    Frame Decode(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes);

    /// <summary>
    /// The request for the candles that open in <c>[fromMs, toMs)</c>, from which the venue takes as many as it likes; where it refuses so wide a range, for
    /// its beginning (<see cref="RestRequest.CoversToMs"/>). <c>nowMs</c> is the market's clock, for venues whose endpoint depends on age.
    /// </summary>
    RestRequest HistoryPage(VenueMarket market, Series series, long fromMs, long toMs, long nowMs);

    /// <summary>Decodes such a page; candles are added in ascending open time whatever the venue's order. A row that cannot be read is refused alone.</summary>
    RestReply DecodeHistory(VenueMarket market, Series series, in RestAnswer answer, QuoteBatch candles);

    /// <summary>The request for a page of the listing; <paramref name="cursor"/> is what the reply before this one named, null at first.</summary>
    RestRequest InstrumentPage(VenueMarket market, string? cursor);

    /// <summary>
    /// The request for the instruments whose spelling begins like this, for venues whose whole listing is too long to be read for one symbol; null where the
    /// listing is to be read. Its answer is decoded as a page, with the spelling as its cursor.
    /// </summary>
    RestRequest? InstrumentLookup(VenueMarket market, string symbol) => null;

    /// <summary>Decodes such a page into the instruments of this market, suspended ones included.</summary>
    RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found);
}
