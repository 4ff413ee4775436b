using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Access;

/// <summary>Calls a venue's decoders; bytes that are not what they should be become a value with a reason instead of an exception.</summary>
internal static class VenueDecoding
{
    /// <summary>Decodes a frame: the usual candle the fast way, all else with a real parser.</summary>
    public static Frame TryDecode(this IVenue venue, VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        try
        {
            return venue.TryDecodeCandle(market, frame, quotes) ? Frame.Quotes : venue.Decode(market, frame, quotes);
        }
        catch (Exception exception) when (RowReading.IsMalformed(exception))
        {
            quotes.Clear(); // what stood before the fault is no better known than what stood behind it; history has it
            return Frame.Malformed(exception.Message);
        }
    }

    /// <summary>Decodes a page of history.</summary>
    public static RestReply TryDecodeHistory(this IVenue venue, VenueMarket market, Series series, in RestAnswer answer, QuoteBatch candles)
    {
        try
        {
            return venue.DecodeHistory(market, series, answer, candles);
        }
        catch (Exception exception) when (RowReading.IsMalformed(exception))
        {
            return Unreadable(answer.Status, exception);
        }
    }

    /// <summary>Decodes a page of the listing.</summary>
    public static RestReply TryDecodeInstruments(this IVenue venue, VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        try
        {
            return venue.DecodeInstruments(market, cursor, answer, found);
        }
        catch (Exception exception) when (RowReading.IsMalformed(exception))
        {
            return Unreadable(answer.Status, exception);
        }
    }

    private static RestReply Unreadable(int status, Exception exception) =>
        RestReply.Failed($"{(status == 200 ? "" : $"HTTP {status}, ")}not the documented answer: {exception.Message}");
}
