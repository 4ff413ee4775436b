using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>OKX linear perpetuals: pages newest first between two exclusive bounds, a closing row with confirm "1", and its own text ping.</summary>
internal sealed class OkxVenue(FastClock clock, Books books, int seed, IReadOnlyList<Listed> symbols) : JudgedVenue(clock, books, seed, symbols)
{
    private static readonly Dictionary<string, long> Lengths = new() { ["1m"] = Books.Minute, ["5m"] = 5 * Books.Minute };

    public override string Exchange => "okx";

    public override Market Market => Market.UsdMargined;

    protected override long PushEveryMs => 1_000;

    protected override bool SendsSnapshot => true;

    protected override string? Notice =>
        "{\"event\":\"notice\",\"code\":\"64008\",\"msg\":\"The connection will soon be closed for a service upgrade. Please reconnect.\",\"connId\":\"a4d3ae55\"}";

    protected override bool IsListing(HttpCall call) => call.Path.EndsWith("/instruments", StringComparison.Ordinal);

    protected override HttpAnswer TooMany() => HttpAnswer.Json("{\"code\":\"50011\",\"msg\":\"Too Many Requests\"}", 429);

    protected override string Message(Topic topic, CandleText candle, long eventMs) =>
        $"{{\"arg\":{{\"channel\":\"candle{topic.Interval}\",\"instId\":\"{topic.Symbol.Name}\"}},\"data\":[{Row(candle, topic.Symbol)}]}}";

    protected override void Listen(Session session, string text)
    {
        if (text == "ping")
        {
            if (!Faults.Strikes(FaultKind.NoPongs))
            {
                session.Send("pong");
            }

            return;
        }

        using var document = JsonDocument.Parse(text);
        var op = document.RootElement.GetProperty("op").GetString();
        var id = document.RootElement.TryGetProperty("id", out var ids) ? $"\"id\":\"{ids.GetString()}\"," : "";
        if (op is not ("subscribe" or "unsubscribe"))
        {
            session.Send("{\"event\":\"error\",\"code\":\"60012\",\"msg\":\"Invalid request\",\"connId\":\"a4d3ae55\"}");
            return;
        }

        foreach (var arg in document.RootElement.GetProperty("args").EnumerateArray())
        {
            var (channel, name) = (arg.GetProperty("channel").GetString()!, arg.GetProperty("instId").GetString()!);
            var topic = $"{channel}:{name}";
            var acknowledgement = $"{{{id}\"event\":\"{op}\",\"arg\":{{\"channel\":\"{channel}\",\"instId\":\"{name}\"}},\"connId\":\"a4d3ae55\"}}";
            if (op == "unsubscribe")
            {
                session.Topics.TryRemove(topic, out _);
                session.Send(acknowledgement);
            }
            else if (Faults.IsOn(FaultKind.SubscribeRefusedOnce) && Faults.StrikesOnce(FaultKind.SubscribeRefusedOnce))
            {
                session.Send($"{{{id}\"event\":\"error\",\"code\":\"64007\",\"msg\":\"Operation {channel},instId:{name} failed due to an internal error. Please try again later.\",\"connId\":\"a4d3ae55\"}}");
            }
            else if (!session.Handshake.Path.EndsWith("/business", StringComparison.Ordinal) || Find(name) is not { } symbol || !Lengths.TryGetValue(
                channel["candle".Length..], out var length))
            {
                session.Send($"{{\"event\":\"error\",\"code\":\"60018\",\"msg\":\"Wrong URL or channel:{channel},instId:{name} doesn't exist. Please use the correct URL, channel and parameters referring to API document.\",\"connId\":\"a4d3ae55\"}}");
            }
            else
            {
                Acknowledge(session, acknowledgement, [new Topic(topic, symbol, channel["candle".Length..], length)]);
            }
        }
    }

    protected override HttpAnswer Answer(HttpCall call)
    {
        if (IsListing(call))
        {
            var rows = call.Query["instType"] == "SWAP" ? string.Join(',', Listing().Select(ListingRow)) : "";
            return HttpAnswer.Json($"{{\"code\":\"0\",\"msg\":\"\",\"data\":[{rows}]}}");
        }

        if (call.Path.EndsWith("/public/time", StringComparison.Ordinal))
        {
            return HttpAnswer.Json($"{{\"code\":\"0\",\"msg\":\"\",\"data\":[{{\"ts\":\"{Clock.NowMs}\"}}]}}");
        }

        if (!call.Path.EndsWith("candles", StringComparison.Ordinal))
        {
            return HttpAnswer.Html(404);
        }

        if (Find(call.Query.GetValueOrDefault("instId", "")) is not { } symbol)
        {
            return HttpAnswer.Json("{\"code\":\"51001\",\"data\":[],\"msg\":\"Instrument ID, Instrument ID code, or Spread ID doesn't exist.\"}");
        }

        if (!Lengths.TryGetValue(call.Query.GetValueOrDefault("bar", "1m"), out var length))
        {
            return HttpAnswer.Json("{\"code\":\"51000\",\"data\":[],\"msg\":\"Parameter bar error\"}", 400);
        }

        var isHistory = call.Path.EndsWith("history-candles", StringComparison.Ordinal);
        var limit = Math.Min(int.Parse(call.Query.GetValueOrDefault("limit", "100"), CultureInfo.InvariantCulture), isHistory ? 100 : 300);
        var after = Number(call, "after") ?? long.MaxValue / 2;
        var before = Number(call, "before") ?? 0;
        var oldest = isHistory ? 0 : ((Clock.NowMs / length) - 1_439) * length;
        var page = Rows(symbol, length, Math.Max(before + 1, oldest), after - 1, limit, PageSide.Newest);
        if (isHistory)
        {
            page.RemoveAll(row => !row.IsClosed || row.OpenMs + row.LengthMs > Clock.NowMs - 120_000); // lags the last minutes
        }

        page.Reverse();
        return HttpAnswer.Json($"{{\"code\":\"0\",\"msg\":\"\",\"data\":[{string.Join(',', page.Select(row => Row(row, symbol)))}]}}");
    }

    private static long? Number(HttpCall call, string name) =>
        call.Query.TryGetValue(name, out var text) && text.Length > 0 ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string Row(CandleText row, Listed symbol) =>
        $"[\"{row.OpenMs}\",{row.Open},{row.High},{row.Low},{row.Close},{CandleText.Text(row.Values.Units * 0.01m)},{CandleText.Text(row.Values.Units * 0.01m * (symbol.UnitSize * 100))},"
        + $"{CandleText.Text(row.Values.Quote)},\"{(row.IsClosed ? 1 : 0)}\"]";

    private static string ListingRow(Listed symbol) =>
        $"{{\"alias\":\"\",\"baseCcy\":\"\",\"category\":\"1\",\"ctMult\":\"1\",\"ctType\":\"linear\",\"ctVal\":\"{CandleText.Plain(symbol.UnitSize * 100)}\",\"ctValCcy\":\"{symbol.Base}\",\"expTime\":\"\","
        + $"\"instFamily\":\"{symbol.Base}-{symbol.Quote}\",\"instId\":\"{symbol.Name}\",\"instType\":\"SWAP\",\"lever\":\"100\",\"listTime\":\"{symbol.ListedMs}\",\"lotSz\":\"0.01\",\"minSz\":\"0.01\",\"optType\":\"\","
        + $"\"quoteCcy\":\"\",\"ruleType\":\"normal\",\"settleCcy\":\"{symbol.Quote}\",\"state\":\"{(symbol.IsHalted ? "suspend" : "live")}\",\"stk\":\"\",\"tickSz\":\"{CandleText.Plain(symbol.Tick)}\",\"uly\":\"{symbol.Base}-{symbol.Quote}\"}}";
}
