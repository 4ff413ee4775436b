using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.GateIo;

internal sealed partial class GateIoVenue
{
    /// <summary>Seconds, both bounds inclusive, ascending; a range of more points than a page is refused, so its beginning is asked for.</summary>
    public RestRequest HistoryPage(VenueMarket market, Series series, long fromMs, long toMs, long nowMs)
    {
        var isSpot = market.Market == Market.Spot;
        var toInPage = Math.Min(toMs, series.Interval.AddMs(fromMs, market.HistoryRows));
        var name = isSpot ? "currency_pair" : "contract";
        var from = (fromMs + 999) / 1000;
        return new RestRequest(FormattableString.Invariant(
            $"{Root(market)}/candlesticks?{name}={Uri.EscapeDataString(series.VenueSymbol)}&interval={market.Intervals.RestSpelling(series.Interval)}&from={from}&to={Math.Max(from, (toInPage - 1) / 1000)}"))
        {
            CoversToMs = toInPage,
        };
    }

    /// <summary>
    /// Spot <c>["1717246800","1157762.86821200","67772.5","67839.9","67715","67715.1","17.07790000","true"]</c>: t, quote volume, c, h, l, o, base volume,
    /// closed, which old rows lack. Futures <c>{"t":1539852480,"v":97151,"c":"1.032","h":"1.032","l":"1.032","o":"1.032","sum":"3580"}</c>.
    /// </summary>
    public RestReply DecodeHistory(VenueMarket market, Series series, in RestAnswer answer, QuoteBatch candles)
    {
        if (Refusal(answer) is { } refusal)
        {
            return refusal;
        }

        if (RowCutting.TryCutRows(answer.Body, "["u8, "]"u8, market, series, candles, TryReadSpotRow, DecodeRow))
        {
            return RestReply.Ok;
        }

        var reader = new Utf8JsonReader(answer.Body);
        reader.Expect(JsonTokenType.StartArray);
        reader.ReadRows(market, series, candles, unitMs: 1000, DecodeRow);
        return RestReply.Ok;
    }

    /// <summary>The usual row of spot, by its shape.</summary>
    private static bool TryReadSpotRow(scoped in FrameFields row, VenueMarket market, Series series, QuoteBatch candles)
    {
        if (!row.Are(fields: 8, quotes: 16)
            || !row.QuotedInteger(0, "["u8, out var seconds) || seconds > int.MaxValue
            || !row.Decimal(1, ","u8, out var quoteVolume)
            || !row.Decimal(2, ","u8, out var close)
            || !row.Decimal(3, ","u8, out var high)
            || !row.Decimal(4, ","u8, out var low)
            || !row.Decimal(5, ","u8, out var open)
            || !row.Decimal(6, ","u8, out var volume))
        {
            return false;
        }

        var isClosed = row.Is(7, ",\"true\"]"u8);
        if (!isClosed && !row.Is(7, ",\"false\"]"u8))
        {
            return false;
        }

        var candle = new CandleValues
        {
            OpenMs = seconds * 1000,
            Open = open,
            High = high,
            Low = low,
            Close = close,
            Volume = volume,
            QuoteVolume = quoteVolume,
        };
        candles.Add(series, ref candle, isClosed);
        return true;
    }

    private static void DecodeRow(ref Utf8JsonReader reader, VenueMarket market, Series series, QuoteBatch candles)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            DecodeSpotRow(ref reader, series, candles);
        }
        else
        {
            DecodeFuturesRow(ref reader, market, series, candles);
        }
    }

    private static void DecodeSpotRow(ref Utf8JsonReader reader, Series series, QuoteBatch candles)
    {
        var candle = new CandleValues();
        bool? isClosed = null;
        var column = 0;
        for (; reader.NextElement(); column++)
        {
            switch (column)
            {
                case 0: candle.OpenMs = checked(reader.Integer() * 1000); break;
                case 1: candle.QuoteVolume = reader.Decimal(); break;
                case 2: candle.Close = reader.Decimal(); break;
                case 3: candle.High = reader.Decimal(); break;
                case 4: candle.Low = reader.Decimal(); break;
                case 5: candle.Open = reader.Decimal(); break;
                case 6: candle.Volume = reader.Decimal(); break;
                case 7: isClosed = reader.Boolean(); break;
                default: reader.Skip(); break;
            }
        }

        if (column < 6)
        {
            throw new JsonException($"A candle row of {column} columns; eight are documented.");
        }

        candles.Add(series, ref candle, isClosed);
    }

    private static void DecodeFuturesRow(ref Utf8JsonReader reader, VenueMarket market, Series series, QuoteBatch candles)
    {
        var candle = LetterCandle.Read(ref reader, "tohlcv"u8);
        candle.Values.OpenMs = checked(candle.Values.OpenMs * 1000);
        SetVolumes(ref candle.Values, market, series, candle.Volume, null);
        if (market.Market == Market.UsdMargined)
        {
            candle.Values.QuoteVolume = candle.Quote; // the unit of the coin-margined sum is not documented
        }

        candles.Add(series, ref candle.Values, isClosed: null);
    }

    /// <summary><c>{"label":"INVALID_CURRENCY_PAIR","message":"..."}</c> with HTTP 400; 429 says TOO_MANY_REQUESTS.</summary>
    private static RestReply? Refusal(in RestAnswer answer)
    {
        var error = ErrorBody.Read(answer.Body, "label", "message");
        if (answer.Status == 200 && error.Code.Length == 0)
        {
            return null;
        }

        var text = error.Code.Length == 0 ? $"HTTP {answer.Status}" : $"{error.Text} ({error.Code}, HTTP {answer.Status})";
        return answer.Status == 429 || error.Code == "TOO_MANY_REQUESTS" ? RestReply.Limited(text)
            : answer.Status is 400 or 404 && error.Code is not ("" or "SERVER_ERROR" or "INTERNAL" or "TOO_BUSY") ? RestReply.Refused(text)
            : RestReply.Failed(text);
    }
}
