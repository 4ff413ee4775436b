using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>Binance spot, and COIN-M, whose history gives the newest rows of a range and at most 200 days.</summary>
internal sealed class BinanceVenue(FastClock clock, Books books, int seed, IReadOnlyList<Listed> symbols, bool isCoin) : JudgedVenue(
    clock, books, seed, symbols)
{
    private const long MaxDays = 200L * 24 * 60 * Books.Minute;

    private static readonly Dictionary<string, long> Lengths = new() { ["1m"] = Books.Minute, ["5m"] = 5 * Books.Minute };

    public override string Exchange => "binance";

    public override Market Market => isCoin ? Market.CoinMargined : Market.Spot;

    public override long? TradeCount(Candle candle) => candle.Count;

    protected override string? Notice => isCoin ? null : $"{{\"e\":\"serverShutdown\",\"E\":{Clock.NowMs}}}";

    protected override bool IsListing(HttpCall call) => call.Path.EndsWith("exchangeInfo", StringComparison.Ordinal);

    protected override HttpAnswer TooMany() =>
        HttpAnswer.Json("{\"code\":-1003,\"msg\":\"Too many requests; current limit is 2400 requests per minute.\"}", 429);

    protected override HttpAnswer Banned() =>
        HttpAnswer.Json("{\"code\":-1003,\"msg\":\"Way too many requests; IP banned until the moment that Retry-After says.\"}", 418);

    protected override string Message(Topic topic, CandleText candle, long eventMs)
    {
        var name = topic.Symbol.Name;
        var (v, q) = Volumes(candle.Values);
        return $"{{\"e\":\"kline\",\"E\":{eventMs},\"s\":\"{name}\",\"k\":{{\"t\":{candle.OpenMs},\"T\":{candle.LastMs},\"s\":\"{name}\",\"i\":\"{topic.Interval}\",\"f\":100,\"L\":{100 + candle.Values.Count},"
            + $"\"o\":{candle.Open},\"c\":{candle.Close},\"h\":{candle.High},\"l\":{candle.Low},\"v\":{v},\"n\":{candle.Values.Count},\"x\":{(candle.IsClosed ? "true" : "false")},"
            + $"\"q\":{q},\"V\":\"0.5\",\"Q\":\"1.5\",\"B\":\"0\"}}}}";
    }

    protected override void Listen(Session session, string text)
    {
        using var document = JsonDocument.Parse(text);
        var method = document.RootElement.GetProperty("method").GetString();
        var id = document.RootElement.GetProperty("id").GetRawText();
        var names = document.RootElement.TryGetProperty("params", out var list) ? list.EnumerateArray().Select(name => name.GetString()!).ToList() : [];
        if (method == "SUBSCRIBE")
        {
            if (Faults.IsOn(FaultKind.SubscribeRefusedOnce) && Faults.StrikesOnce(FaultKind.SubscribeRefusedOnce))
            {
                session.Send($"{{\"error\":{{\"code\":-1000,\"msg\":\"An unknown error occurred while processing the request.\"}},\"id\":{id}}}");
                return;
            }

            Acknowledge(session, $"{{\"result\":null,\"id\":{id}}}", names.Select(Parse).OfType<Topic>());
        }
        else if (method == "UNSUBSCRIBE")
        {
            names.ForEach(name => session.Topics.TryRemove(name, out _));
            session.Send($"{{\"result\":null,\"id\":{id}}}");
        }
        else
        {
            session.Send($"{{\"error\":{{\"code\":2,\"msg\":\"Invalid request: unknown variant\"}},\"id\":{id}}}");
        }
    }

    protected override HttpAnswer Answer(HttpCall call)
    {
        if (IsListing(call))
        {
            Weigh(isCoin ? 1 : 20);
            var rows = string.Join(',', Listing().Select(ListingRow));
            return HttpAnswer.Json($"{{\"timezone\":\"UTC\",\"serverTime\":{Clock.NowMs},\"rateLimits\":[],\"exchangeFilters\":[],\"symbols\":[{rows}]}}");
        }

        if (!call.Path.EndsWith("/klines", StringComparison.Ordinal))
        {
            return HttpAnswer.Html(404);
        }

        var most = isCoin ? 1_500 : 1_000;
        var limit = call.Query.TryGetValue("limit", out var limits) ? int.Parse(limits, CultureInfo.InvariantCulture) : 500;
        Weigh(!isCoin ? 2 : limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10);
        if (Find(call.Query["symbol"]) is not { } symbol)
        {
            return HttpAnswer.Json("{\"code\":-1121,\"msg\":\"Invalid symbol.\"}", 400);
        }

        if (!Lengths.TryGetValue(call.Query["interval"], out var length))
        {
            return HttpAnswer.Json("{\"code\":-1120,\"msg\":\"Invalid interval.\"}", 400);
        }

        if (limit < 1 || call.Query.Keys.Any(key => key is not ("symbol" or "interval" or "startTime" or "endTime" or "limit")))
        {
            return HttpAnswer.Json("{\"code\":-1104,\"msg\":\"Not all sent parameters were read; read '5' parameter(s) but was sent more.\"}", 400);
        }

        var end = call.Query.TryGetValue("endTime", out var ends) ? long.Parse(ends, CultureInfo.InvariantCulture) : Clock.NowMs;
        var isOpen = !call.Query.TryGetValue("startTime", out var starts);
        var start = isOpen ? end - (limit * length) : long.Parse(starts!, CultureInfo.InvariantCulture);
        if (isCoin && (start > end || end - start > MaxDays))
        {
            return HttpAnswer.Json(start > end ? "{\"code\":-1023,\"msg\":\"Start time is greater than end time.\"}" : "{\"code\":-4088,\"msg\":\"Maximum time interval is 200 days.\"}", 400);
        }

        var page = Rows(symbol, length, start, end, Math.Min(limit, most), isCoin || isOpen ? PageSide.Newest : PageSide.Oldest);
        return HttpAnswer.Json($"[{string.Join(',', page.Select(HistoryRow))}]") with { Headers = [("X-MBX-USED-WEIGHT-1M", "17")] };
    }

    private string HistoryRow(CandleText row)
    {
        var (v, q) = Volumes(row.Values);
        return $"[{row.OpenMs},{row.Open},{row.High},{row.Low},{row.Close},{v},{row.LastMs},{q},{row.Values.Count},\"0.5\",\"1.5\",\"0\"]";
    }

    private (string V, string Q) Volumes(Candle values) =>
        isCoin ? ($"\"{values.Units}\"", CandleText.Text(values.Base)) : (CandleText.Text(values.Base), CandleText.Text(values.Quote));

    private Topic? Parse(string name)
    {
        var words = name.Split("@kline_");
        return words.Length == 2 && Find(words[0].ToUpperInvariant()) is { } symbol && Lengths.TryGetValue(words[1], out var length)
            ? new Topic(name, symbol, words[1], length)
            : null; // acknowledged and silent, as the venue does
    }

    private string ListingRow(Listed symbol)
    {
        var status = symbol.IsHalted ? "BREAK" : "TRADING";
        var filters =
            $"\"filters\":[{{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"0.1\",\"maxPrice\":\"1000000\",\"tickSize\":\"{CandleText.Plain(symbol.Tick)}\"}}]";
        return isCoin
            ? $"{{\"symbol\":\"{symbol.Name}\",\"pair\":\"{symbol.Base}USD\",\"contractType\":\"PERPETUAL\",\"deliveryDate\":4133404800000,\"onboardDate\":{symbol.ListedMs},\"contractStatus\":\"{status}\","
                + $"\"contractSize\":{symbol.UnitSize.ToString(CultureInfo.InvariantCulture)},\"marginAsset\":\"{symbol.Base}\",\"baseAsset\":\"{symbol.Base}\",\"quoteAsset\":\"USD\",{filters}}}"
            : $"{{\"symbol\":\"{symbol.Name}\",\"status\":\"{status}\",\"baseAsset\":\"{symbol.Base}\",\"baseAssetPrecision\":8,\"quoteAsset\":\"{symbol.Quote}\",\"isSpotTradingAllowed\":true,{filters},\"permissionSets\":[[\"SPOT\"]]}}";
    }
}
