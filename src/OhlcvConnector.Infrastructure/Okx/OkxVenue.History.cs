using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Okx;

internal sealed partial class OkxVenue
{
    /// <summary>
    /// Returns the request for a page of candles. Both bounds are exclusive, and of more rows than fit the newest come. <c>candles</c> has the newest 1440
    /// bars, the open one too; older ones are in <c>history-candles</c>, which has no open ones and may lag.
    /// </summary>
    public RestRequest HistoryPage(VenueMarket market, Series series, long fromMs, long toMs, long nowMs)
    {
        var interval = series.Interval;
        var isRecent = interval != Interval.OneSecond && interval.CountBetween(fromMs, nowMs) < NewestRows - 1;
        var path = isRecent ? "candles" : "history-candles";
        return new RestRequest(FormattableString.Invariant(
            $"/api/v5/market/{path}?instId={Uri.EscapeDataString(series.VenueSymbol)}&bar={market.Intervals.RestSpelling(interval)}&before={fromMs - 1}&after={toMs}&limit={Page}"))
        {
            CoversToMs = toMs,
            Weight = isRecent ? 1 : 2,
        };
    }

    /// <summary>
    /// <c>{"code":"0","msg":"","data":[["1705431600000","43016","43183.8","42946","43169.7","404.7","17447600.2","17447600.2","1"],...]}</c>, newest first.
    /// </summary>
    public RestReply DecodeHistory(VenueMarket market, Series series, in RestAnswer answer, QuoteBatch candles)
    {
        var error = ErrorBody.Read(answer.Body, "code", "msg");
        if (error.Code != "0")
        {
            return Refusal(answer, error);
        }

        if (RowCutting.TryCutRows(answer.Body, """{"code":"0","msg":"","data":["""u8, "]}"u8, market, series, candles, TryReadRow, ReadRow))
        {
            candles.Reverse();
            return RestReply.Ok;
        }

        var reader = new Utf8JsonReader(answer.Body);
        reader.Next();
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("data"u8))
            {
                reader.Expect(JsonTokenType.StartArray);
                reader.ReadRows(market, series, candles, unitMs: 1, ReadRow);
            }
            else
            {
                reader.SkipValue();
            }
        }

        candles.Reverse();
        return RestReply.Ok;
    }

    private static void ReadRow(ref Utf8JsonReader reader, VenueMarket market, Series series, QuoteBatch candles) =>
        DecodeRow(ref reader, market, candles, series, isOpenWithoutFlag: false);

    /// <summary>The usual row, by its shape.</summary>
    private static bool TryReadRow(scoped in FrameFields row, VenueMarket market, Series series, QuoteBatch candles)
    {
        if (!row.Are(fields: 9, quotes: 18)
            || !row.QuotedInteger(0, "["u8, out var openMs)
            || !row.Decimal(1, ","u8, out var open)
            || !row.Decimal(2, ","u8, out var high)
            || !row.Decimal(3, ","u8, out var low)
            || !row.Decimal(4, ","u8, out var close)
            || !row.Decimal(5, ","u8, out var amount)
            || !row.Decimal(6, ","u8, out var inCoins)
            || !row.Decimal(7, ","u8, out var quoteVolume)
            || !row.QuotedInteger(8, ","u8, out var confirm, behind: "]"u8) || confirm is not (0 or 1))
        {
            return false;
        }

        var candle = new CandleValues
        {
            OpenMs = openMs,
            Open = open,
            High = high,
            Low = low,
            Close = close,
            Volume = market.Market == Market.Spot ? amount : inCoins,
            QuoteVolume = quoteVolume,
        };
        candles.Add(series, ref candle, confirm == 1);
        return true;
    }

    /// <summary>Success is code "0" whatever the HTTP status; 50011 comes with 429 or 200 and says nothing of how long to wait.</summary>
    private static RestReply Refusal(in RestAnswer answer, ErrorBody error)
    {
        var text = error.Code.Length == 0 ? $"HTTP {answer.Status}" : $"{error.Text} (code {error.Code}, HTTP {answer.Status})";
        return error.Code is "50011" or "50013" || answer.Status == 429 ? RestReply.Limited(text)
            : error.Code is "50014" || error.Code.StartsWith("51", StringComparison.Ordinal) ? RestReply.Refused(text) // of the request, not of the server
            : RestReply.Failed(text);
    }
}
