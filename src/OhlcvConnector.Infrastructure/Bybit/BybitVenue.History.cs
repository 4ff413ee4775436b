using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Bybit;

internal sealed partial class BybitVenue
{
    private static readonly TimeSpan AfterForbidden = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Returns the request for a page of candles. Both bounds are inclusive on start time; of more rows than fit the newest come (unverified).
    /// </summary>
    public RestRequest HistoryPage(VenueMarket market, Series series, long fromMs, long toMs, long nowMs)
    {
        return new RestRequest(FormattableString.Invariant(
            $"/v5/market/kline?category={Category(market.Market)}&symbol={Uri.EscapeDataString(series.VenueSymbol)}&interval={market.Intervals.RestSpelling(series.Interval)}&start={fromMs}&end={toMs - 1}&limit={Page}"))
        {
            CoversToMs = toMs,
        };
    }

    /// <summary>
    /// <c>{"retCode":0,"retMsg":"OK","result":{"symbol":"BTCUSD","category":"inverse","list":[["1670608800000","17071","17073","17027","17055.5","268611","15.74"]]},"time":1672025956592}</c>:
    /// start, open, high, low, close, volume, turnover; newest first, the open one too, no closed flag.
    /// </summary>
    public RestReply DecodeHistory(VenueMarket market, Series series, in RestAnswer answer, QuoteBatch candles)
    {
        if (Refusal(answer) is { } refusal)
        {
            return refusal;
        }

        var reader = new Utf8JsonReader(answer.Body);
        reader.Next();
        while (reader.NextProperty())
        {
            if (!reader.ValueTextEquals("result"u8))
            {
                reader.SkipValue();
                continue;
            }

            reader.Expect(JsonTokenType.StartObject);
            while (reader.NextProperty())
            {
                if (!reader.ValueTextEquals("list"u8))
                {
                    reader.SkipValue();
                    continue;
                }

                reader.Expect(JsonTokenType.StartArray);
                reader.ReadRows(market, series, candles, unitMs: 1, DecodeRow);
            }
        }

        candles.Reverse();
        return RestReply.Ok;
    }

    private static void DecodeRow(ref Utf8JsonReader reader, VenueMarket market, Series series, QuoteBatch candles)
    {
        var candle = new CandleValues();
        decimal volume = 0;
        decimal turnover = 0;
        var column = 0;
        for (; reader.NextElement(); column++)
        {
            switch (column)
            {
                case < 5: reader.ReadColumn(column, ref candle); break;
                case 5: volume = reader.Decimal(); break;
                case 6: turnover = reader.Decimal(); break;
                default: reader.Skip(); break;
            }
        }

        if (column < 7)
        {
            throw new JsonException($"A candle row of {column} columns; seven are documented.");
        }

        SetVolumes(ref candle, market, volume, turnover);
        candles.Add(series, ref candle, isClosed: null);
    }

    /// <summary>
    /// Errors come with HTTP 200 and a retCode: 10001 is the caller's mistake, 10006 too many visits; HTTP 403 bans the address for ten minutes.
    /// </summary>
    private static RestReply? Refusal(in RestAnswer answer)
    {
        var error = ErrorBody.Read(answer.Body, "retCode", "retMsg");
        if (answer.Status == 200 && error.Code == "0")
        {
            return null;
        }

        var text = error.Code.Length == 0 ? $"HTTP {answer.Status}" : $"{error.Text} (code {error.Code}, HTTP {answer.Status})";
        return answer.Status == 403 ? RestReply.Limited(text, AfterForbidden)
            : error.Code == "10006" || answer.Status == 429 ? RestReply.Limited(text, UntilReset(answer))
            : error.Code == "10001" || (answer.Status is 400 or 404 && error.Code is not ("" or "10000" or "10016")) ? RestReply.Refused(text)
            : RestReply.Failed(text);
    }

    /// <summary>Returns the time until the limit is reset: the header says until when, the body what time it is.</summary>
    private static TimeSpan? UntilReset(in RestAnswer answer) =>
        long.TryParse(answer.Header("X-Bapi-Limit-Reset-Timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var resetMs)
        && long.TryParse(ErrorBody.Read(answer.Body, "time", "retMsg").Code, NumberStyles.None, CultureInfo.InvariantCulture, out var nowMs) && resetMs > nowMs
            ? TimeSpan.FromMilliseconds(resetMs - nowMs)
            : null;
}
