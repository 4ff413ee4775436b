using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Binance;

internal sealed partial class BinanceVenue
{
    private const int SpotPage = 1000;
    private const int FuturesPage = 1500;
    private const long WidestCoinMarginedMs = 200 * 86_400_000L;

    /// <summary>
    /// Returns the request for a page of candles. Both bounds are inclusive on open time. Answers ascend from the start; but COIN-M gives the newest rows of a
    /// range, and refuses one of more than 200 days (-4088).
    /// </summary>
    public RestRequest HistoryPage(VenueMarket market, Series series, long fromMs, long toMs, long nowMs)
    {
        var most = market.Market == Market.Spot ? SpotPage : FuturesPage;
        toMs = market.Market == Market.CoinMargined ? Math.Min(toMs, fromMs + WidestCoinMarginedMs) : toMs;
        var limit = (int)Math.Clamp(series.Interval.CountBetween(fromMs, toMs), 1, most);
        var symbol = Uri.EscapeDataString(series.VenueSymbol);
        var interval = market.Intervals.RestSpelling(series.Interval);
        return new RestRequest(FormattableString.Invariant(
            $"{Root(market)}/klines?symbol={symbol}&interval={interval}&startTime={fromMs}&endTime={toMs - 1}&limit={limit}"))
        {
            CoversToMs = toMs,
            Weight = market.Market == Market.Spot ? 2 : limit switch { < 100 => 1, < 500 => 2, <= 1000 => 5, _ => 10 },
        };
    }

    /// <summary>
    /// <c>[[1672981200000,"16823.24000000","16823.63000000","16792.12000000","16810.18000000","6230.44034000",1672984799999,"104737787.36570630",162086,
    /// "3058.60695000","51418990.63131130","0"]]</c>: open time, open, high, low, close, volume, close time, quote volume, trades, and what of both volumes
    /// takers bought. No closed flag: the clock decides.
    /// </summary>
    public RestReply DecodeHistory(VenueMarket market, Series series, in RestAnswer answer, QuoteBatch candles)
    {
        if (answer.Status != 200 || answer.Body.StartsWith("{"u8))
        {
            return DecodeError(answer);
        }

        var reader = new Utf8JsonReader(answer.Body);
        reader.Expect(JsonTokenType.StartArray);
        reader.ReadRows(market, series, candles, unitMs: 1, DecodeRow);

        return RestReply.Ok with { UsedWeight = UsedWeight(answer) };
    }

    private static void DecodeRow(ref Utf8JsonReader reader, VenueMarket market, Series series, QuoteBatch candles)
    {
        var candle = new CandleValues();
        decimal volume = 0;
        decimal quoteVolume = 0;
        decimal? bought = null;
        var boughtColumn = market.Market == Market.CoinMargined ? 10 : 9;
        var column = 0;
        for (; reader.NextElement(); column++)
        {
            switch (column)
            {
                case < 5: reader.ReadColumn(column, ref candle); break;
                case 5: volume = reader.Decimal(); break;
                case 7: quoteVolume = reader.Decimal(); break;
                case 8: candle.TradeCount = reader.Integer(); break;
                case 9 or 10 when column == boughtColumn: bought = reader.DecimalOrNull(); break;
                default: reader.Skip(); break;
            }
        }

        if (column < 9)
        {
            throw new JsonException($"A kline row of {column} columns; at least 9 are documented.");
        }

        SetVolumes(ref candle, market, series, volume, quoteVolume, bought);
        candles.Add(series, ref candle, isClosed: null);
    }

    /// <summary><c>{"code":-1121,"msg":"Invalid symbol."}</c>; 429 and then 418 (banned) come with Retry-After.</summary>
    private static RestReply DecodeError(in RestAnswer answer)
    {
        var error = ErrorBody.Read(answer.Body, "code", "msg");
        _ = int.TryParse(error.Code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code);
        var text = error.Text.Length == 0
            ? answer.Status == 200 ? "an object where rows are documented" : $"HTTP {answer.Status}"
            : $"{error.Text} (code {code}{(answer.Status == 200 ? "" : $", HTTP {answer.Status}")})";
        return answer.Status is 429 or 418 || code == -1003 ? RestReply.Limited(text)
            : answer.Status is >= 400 and < 500 && code is <= -1100 ? RestReply.Refused(text) // those above tell of the server, not of the request
            : RestReply.Failed(text);
    }

    private static int? UsedWeight(in RestAnswer answer) => int.TryParse(answer.Header("X-MBX-USED-WEIGHT-1M"), out var used) ? used : null;

    private static string Root(VenueMarket market) => market.Market switch
    {
        Market.Spot => "/api/v3",
        Market.UsdMargined => "/fapi/v1",
        _ => "/dapi/v1",
    };
}
