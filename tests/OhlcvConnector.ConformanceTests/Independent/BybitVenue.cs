using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>Bybit linear: newest first, no closed flag on REST, one bad topic fails the whole request, and its own ping.</summary>
internal sealed class BybitVenue(FastClock clock, Books books, int seed, IReadOnlyList<Listed> symbols) : JudgedVenue(clock, books, seed, symbols)
{
    private static readonly Dictionary<string, long> Lengths = new() { ["1"] = Books.Minute, ["5"] = 5 * Books.Minute };

    public override string Exchange => "bybit";

    public override Market Market => Market.UsdMargined;

    protected override bool SendsSnapshot => true;

    protected override bool IsListing(HttpCall call) => call.Path.EndsWith("/instruments-info", StringComparison.Ordinal);

    protected override HttpAnswer TooMany() =>
        HttpAnswer.Json("{\"retCode\":10006,\"retMsg\":\"Too many visits. Exceeded the API Rate Limit.\",\"result\":{},\"retExtInfo\":{},\"time\":1}");

    protected override HttpAnswer Banned() => HttpAnswer.Html(403);

    protected override string Message(Topic topic, CandleText candle, long eventMs) =>
        $"{{\"topic\":\"{topic.Name}\",\"data\":[{{\"start\":{candle.OpenMs},\"end\":{candle.LastMs},\"interval\":\"{topic.Interval}\",\"open\":{candle.Open},\"close\":{candle.Close},\"high\":{candle.High},"
        + $"\"low\":{candle.Low},\"volume\":{CandleText.Text(candle.Values.Base)},\"turnover\":{CandleText.Text(candle.Values.Quote)},\"confirm\":{(candle.IsClosed ? "true" : "false")},\"timestamp\":{eventMs - 3}}}],"
        + $"\"ts\":{eventMs},\"type\":\"snapshot\"}}";

    protected override void Listen(Session session, string text)
    {
        using var document = JsonDocument.Parse(text);
        var op = document.RootElement.GetProperty("op").GetString();
        var id = document.RootElement.TryGetProperty("req_id", out var ids) ? ids.GetString() : "";
        if (op == "ping")
        {
            if (!Faults.Strikes(FaultKind.NoPongs))
            {
                session.Send($"{{\"req_id\":\"{id}\",\"op\":\"pong\",\"args\":[\"{Clock.NowMs}\"],\"conn_id\":\"cejreaspqfm9se7usbrg-2xh\"}}");
            }

            return;
        }

        var names = document.RootElement.GetProperty("args").EnumerateArray().Select(name => name.GetString()!).ToList();
        if (op == "unsubscribe")
        {
            names.ForEach(name => session.Topics.TryRemove(name, out _));
            session.Send(Reply(true, "", id, op));
            return;
        }

        var topics = names.Select(Parse).ToList();
        var known = names.FirstOrDefault(session.Topics.ContainsKey);
        if (topics.FindIndex(topic => topic is null) is var bad and >= 0)
        {
            session.Send(Reply(false, $"error:handler not found,topic:{names[bad]}", id, "subscribe"));
        }
        else if (known is not null)
        {
            session.Send(Reply(false, $"error:already subscribed,topic:{known}", id, "subscribe"));
        }
        else if (names.Count > 1 && Faults.IsOn(FaultKind.AlreadySubscribed) && Faults.StrikesOnce(FaultKind.AlreadySubscribed))
        {
            Subscribe(session, topics[0]!);
            session.Send(Reply(false, $"error:already subscribed,topic:{names[0]}", id, "subscribe")); // the others are dropped with it
        }
        else if (Faults.IsOn(FaultKind.SubscribeRefusedOnce) && Faults.StrikesOnce(FaultKind.SubscribeRefusedOnce))
        {
            session.Send(Reply(false, "Internal system error", id, "subscribe"));
        }
        else
        {
            Acknowledge(session, Reply(true, "subscribe", id, "subscribe"), topics.OfType<Topic>());
        }
    }

    protected override HttpAnswer Answer(HttpCall call)
    {
        Weigh(1);
        if (call.Query.GetValueOrDefault("category") is not "linear")
        {
            return Envelope("{\"list\":[],\"nextPageCursor\":\"\"}");
        }

        if (IsListing(call))
        {
            var isTrading = call.Query.GetValueOrDefault("status", "Trading") == "Trading" && !call.Query.ContainsKey("cursor");
            var rows = isTrading ? string.Join(',', Listing().Where(symbol => !symbol.IsHalted).Select(ListingRow)) : "";
            return Envelope($"{{\"category\":\"linear\",\"list\":[{rows}],\"nextPageCursor\":\"{(isTrading ? "last%3Dpage" : "last%3Dpage")}\"}}");
        }

        if (!call.Path.EndsWith("/kline", StringComparison.Ordinal))
        {
            return HttpAnswer.Html(404);
        }

        if (Find(call.Query["symbol"]) is not { } symbol || !Lengths.TryGetValue(call.Query["interval"], out var length))
        {
            return HttpAnswer.Json($"{{\"retCode\":10001,\"retMsg\":\"Not supported symbols\",\"result\":{{}},\"retExtInfo\":{{}},\"time\":{Clock.NowMs}}}");
        }

        var limit = Math.Min(int.Parse(call.Query.GetValueOrDefault("limit", "200"), CultureInfo.InvariantCulture), 1_000);
        long? start = call.Query.TryGetValue("start", out var starts)
            ? long.Parse(starts, CultureInfo.InvariantCulture) / length * length
            : null; // the one that contains it comes, too
        long? end = call.Query.TryGetValue("end", out var ends) ? long.Parse(ends, CultureInfo.InvariantCulture) : null;
        var page = Rows(symbol, length, start ?? 0, end ?? Clock.NowMs, limit, start is not null && end is null ? PageSide.Oldest : PageSide.Newest);
        page.Reverse();
        var list = page.Select(
            row => $"[\"{row.OpenMs}\",{row.Open},{row.High},{row.Low},{row.Close},{CandleText.Text(row.Values.Base)},{CandleText.Text(row.Values.Quote)}]");
        return Envelope($"{{\"category\":\"linear\",\"symbol\":\"{symbol.Name}\",\"list\":[{string.Join(',', list)}]}}");
    }

    private static string Reply(bool success, string message, string? id, string op) =>
        $"{{\"success\":{(success ? "true" : "false")},\"ret_msg\":\"{message}\",\"conn_id\":\"cejreaspqfm9se7usbrg-2xh\",\"req_id\":\"{id}\",\"op\":\"{op}\"}}";

    private static string ListingRow(Listed symbol) =>
        $"{{\"symbol\":\"{symbol.Name}\",\"contractType\":\"LinearPerpetual\",\"status\":\"Trading\",\"baseCoin\":\"{symbol.Base}\",\"quoteCoin\":\"{symbol.Quote}\",\"launchTime\":\"{symbol.ListedMs}\",\"deliveryTime\":\"0\","
        + $"\"deliveryFeeRate\":\"\",\"priceScale\":\"2\",\"priceFilter\":{{\"minPrice\":\"0.1\",\"maxPrice\":\"1000000\",\"tickSize\":\"{CandleText.Plain(symbol.Tick)}\"}},\"settleCoin\":\"{symbol.Quote}\",\"isPreListing\":false,\"symbolType\":\"\",\"symbolId\":7}}";

    private HttpAnswer Envelope(string result) =>
        HttpAnswer.Json($"{{\"retCode\":0,\"retMsg\":\"OK\",\"result\":{result},\"retExtInfo\":{{}},\"time\":{Clock.NowMs}}}");

    private Topic? Parse(string name)
    {
        var words = name.Split('.');
        return words is ["kline", _, _]
            && Find(words[2]) is { } symbol && Lengths.TryGetValue(words[1], out var length) ? new Topic(name, symbol, words[1], length) : null;
    }
}
