using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.ConformanceTests.Toy;

internal sealed partial class ToyVenue
{
    public RestRequest HistoryPage(VenueMarket market, Series series, long fromMs, long toMs, long nowMs) =>
        new($"/candles?symbol={series.VenueSymbol}&interval={market.Intervals.RestSpelling(series.Interval)}&from={fromMs}&to={toMs}") { CoversToMs = toMs };

    /// <summary>
    /// An array of the stream's objects, ascending, the open one last; <c>{"error":"unknown symbol"}</c> with 404, 429 when there are too many requests.
    /// </summary>
    public RestReply DecodeHistory(VenueMarket market, Series series, in RestAnswer answer, QuoteBatch candles)
    {
        if (Refusal(answer) is { } refusal)
        {
            return refusal;
        }

        var reader = new Utf8JsonReader(answer.Body);
        reader.Expect(JsonTokenType.StartArray);
        reader.ReadRows(market, series, candles, unitMs: 1, DecodeRow);
        return RestReply.Ok;
    }

    private static void DecodeRow(ref Utf8JsonReader reader, VenueMarket market, Series series, QuoteBatch candles)
    {
        var candle = LetterCandle.Read(ref reader, "tohlcvqnx"u8);
        Add(series, ref candle, candles);
    }

    private static RestReply? Refusal(in RestAnswer answer) => answer.Status switch
    {
        200 => null,
        404 => RestReply.Refused("unknown symbol"),
        429 => RestReply.Limited("too many requests"),
        _ => RestReply.Failed($"HTTP {answer.Status}"),
    };
}
