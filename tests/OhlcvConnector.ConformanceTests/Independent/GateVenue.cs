using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>
/// Gate.io USDT futures: no dependable closing message, contracts cut to whole ones without the header, 10,000 candles of history and a word about more.
/// </summary>
internal sealed class GateVenue(FastClock clock, Books books, int seed, IReadOnlyList<Listed> symbols) : JudgedVenue(clock, books, seed, symbols)
{
    private static readonly Dictionary<string, long> Lengths = new() { ["1m"] = Books.Minute, ["5m"] = 5 * Books.Minute };

    public override string Exchange => "gateio";

    public override Market Market => Market.UsdMargined;

    public override int? Reach => 10_000;

    protected override string? Notice =>
        $"{{\"time\":{Clock.NowMs / 1000},\"time_ms\":{Clock.NowMs},\"channel\":\"futures.system\",\"event\":\"update\",\"result\":{{\"type\":\"upgrade\",\"msg\":\"The connection will soon be closed for a service upgrade. Please reconnect.\"}}}}";

    public override decimal? QuoteVolume(Candle candle, QuoteSource source) => source == QuoteSource.History ? candle.Quote : null;

    protected override bool IsListing(HttpCall call) => call.Path.EndsWith("/contracts", StringComparison.Ordinal);

    protected override HttpAnswer TooMany() => HttpAnswer.Json("{\"label\":\"TOO_MANY_REQUESTS\",\"message\":\"Request Rate limit Exceeded\"}", 429);

    protected override long RowAfterMs(Listed symbol, long openMs) =>
        Books.Chance(symbol.Name, openMs, 21, 20) ? (long)(Books.Hash(symbol.Name, openMs, 22) % 7_000) : 300;

    protected override long ClosesAfterMs(Topic topic) => 300 + (long)(Books.Hash(topic.Name, topic.OpenMs, 7) % 1_500);

    protected override string Message(Topic topic, CandleText candle, long eventMs) => Update(topic, eventMs, candle);

    /// <summary>
    /// The finished candle comes once more in one array with the first of the next, mostly; nothing says that it is closed but, on one symbol, <c>w</c>.
    /// </summary>
    protected override void TellClose(Session session, Topic topic, long now)
    {
        if (Books.Chance(topic.Name, topic.OpenMs, 23, 85))
        {
            TellClosed(session, topic, CandleText.Of(Books.At(topic.Symbol, topic.OpenMs, topic.LengthMs), topic.LengthMs, isClosed: true), now);
        }
    }

    protected override void Listen(Session session, string text)
    {
        using var document = JsonDocument.Parse(text);
        var channel = document.RootElement.GetProperty("channel").GetString();
        var id = document.RootElement.TryGetProperty("id", out var ids) ? $"\"id\":{ids.GetRawText()}," : "";
        var head = $"{{\"time\":{Clock.NowMs / 1000},\"time_ms\":{Clock.NowMs},{id}";
        if (channel is "futures.ping")
        {
            if (!Faults.Strikes(FaultKind.NoPongs))
            {
                session.Send($"{head}\"channel\":\"futures.pong\",\"event\":\"\",\"result\":null}}");
            }

            return;
        }

        var action = document.RootElement.GetProperty("event").GetString();
        var payload = document.RootElement.GetProperty("payload").EnumerateArray().Select(word => word.GetString()!).ToList();
        if (channel == "futures.trades")
        {
            ListenForTrades(session, action!, payload, head);
            return;
        }

        if (channel != "futures.candlesticks" || payload.Count != 2 || Find(payload[1]) is not { } symbol || !Lengths.TryGetValue(payload[0], out var length)
            || (Faults.IsOn(FaultKind.SubscribeRefusedOnce) && action == "subscribe" && Faults.StrikesOnce(FaultKind.SubscribeRefusedOnce)))
        {
            var code = Faults.Hits(FaultKind.SubscribeRefusedOnce) > 0 && payload.Count == 2 && Find(payload[1]) is not null ? 4 : 2;
            session.Send($"{head}\"channel\":\"{channel}\",\"event\":\"{action}\",\"error\":{{\"code\":{code},\"message\":\"{(code == 4 ? "internal error" : "unknown contract")}\"}},\"result\":null}}");
            return;
        }

        var name = $"{payload[0]}_{payload[1]}";
        var acknowledgement = $"{head}\"channel\":\"{channel}\",\"event\":\"{action}\",\"error\":null,\"result\":{{\"status\":\"success\"}}}}";
        if (action == "unsubscribe")
        {
            session.Topics.TryRemove(name, out _);
            session.Send(acknowledgement);
        }
        else
        {
            var isExact = session.Handshake.Headers.TryGetValue("X-Gate-Size-Decimal", out var wish) && wish == "1";
            Acknowledge(session, acknowledgement, [new Topic(name, symbol, payload[0], length) { IsCut = !isExact }]);
        }
    }

    protected override IEnumerable<string> TradeMessages(Topic topic, IReadOnlyList<ToldTrade> trades, long eventMs)
    {
        var rows = trades.Select(trade =>
        {
            var contracts = topic.IsCut ? $"{trade.Units / 10}" : CandleText.Plain(trade.Units / 10m);
            var size = topic.IsCut ? $"{(trade.IsBuy ? "" : "-")}{contracts}" : $"\"{(trade.IsBuy ? "" : "-")}{contracts}\"";
            return $"{{\"size\":{size},\"id\":{trade.Id},\"create_time\":{trade.TimeMs / 1000},\"create_time_ms\":{trade.TimeMs},\"price\":{CandleText.Text(trade.Price)},\"contract\":\"{topic.Symbol.Name}\"}}";
        });
        yield return $"{{\"time\":{eventMs / 1000},\"time_ms\":{eventMs},\"channel\":\"futures.trades\",\"event\":\"update\",\"result\":[{string.Join(',', rows)}]}}";
    }

    private void ListenForTrades(Session session, string action, IReadOnlyList<string> contracts, string head)
    {
        if (contracts.Any(contract => Find(contract) is null))
        {
            session.Send(
                $"{head}\"channel\":\"futures.trades\",\"event\":\"{action}\",\"error\":{{\"code\":2,\"message\":\"unknown contract\"}},\"result\":null}}");
            return;
        }

        var acknowledgement = $"{head}\"channel\":\"futures.trades\",\"event\":\"{action}\",\"error\":null,\"result\":{{\"status\":\"success\"}}}}";
        if (action == "unsubscribe")
        {
            foreach (var contract in contracts)
            {
                session.Topics.TryRemove($"trades_{contract}", out _);
            }

            session.Send(acknowledgement);
            return;
        }

        var isCut = !(session.Handshake.Headers.TryGetValue("X-Gate-Size-Decimal", out var wish) && wish == "1");
        Acknowledge(session, acknowledgement, contracts.Select(
            contract => new Topic($"trades_{contract}", Find(contract)!, "trades", Books.Minute) { IsTrades = true, IsCut = isCut }));
    }

    protected override HttpAnswer Answer(HttpCall call)
    {
        if (IsListing(call))
        {
            return HttpAnswer.Json(call.Path.Contains("/usdt/", StringComparison.Ordinal) ? $"[{string.Join(',', Listing().Select(ListingRow))}]" : "[]");
        }

        if (!call.Path.EndsWith("/candlesticks", StringComparison.Ordinal))
        {
            return HttpAnswer.Html(404);
        }

        if (Find(call.Query["contract"]) is not { } symbol)
        {
            return HttpAnswer.Json("{\"label\":\"CONTRACT_NOT_FOUND\",\"message\":\"CONTRACT_NOT_FOUND\"}", 400);
        }

        if (!Lengths.TryGetValue(call.Query["interval"], out var length))
        {
            return Invalid("Invalid interval");
        }

        var isRange = call.Query.ContainsKey("from");
        if (isRange && call.Query.ContainsKey("limit"))
        {
            return Invalid("limit can not be used together with from and to");
        }

        var limit = isRange ? 2_000 : Math.Min(2_000, int.Parse(call.Query.GetValueOrDefault("limit", "100"), CultureInfo.InvariantCulture));
        var to = call.Query.TryGetValue("to", out var tos) ? long.Parse(tos, CultureInfo.InvariantCulture) * 1000 : Clock.NowMs;
        var from = isRange ? long.Parse(call.Query["from"], CultureInfo.InvariantCulture) * 1000 : to - (limit * length);
        if ((Clock.NowMs - from) / length > Reach)
        {
            return Invalid("Candlestick too long ago. Maximum 10000 points recently are allowed");
        }

        if ((to - from) / length > 2_000)
        {
            return Invalid("Candlestick range too broad. Maximum 2000 data points are allowed per query");
        }

        var isCut = !(call.Headers.TryGetValue("X-Gate-Size-Decimal", out var wish) && wish == "1");
        var rows = Rows(symbol, length, from, to, limit, PageSide.Oldest).Select(row =>
            $"{{\"t\":{row.OpenMs / 1000},\"v\":{Contracts(row.Values, isCut)},\"c\":{row.Close},\"h\":{row.High},\"l\":{row.Low},\"o\":{row.Open},\"sum\":{CandleText.Text(row.Values.Quote)}}}");
        return HttpAnswer.Json($"[{string.Join(',', rows)}]");
    }

    private static HttpAnswer Invalid(string message) => HttpAnswer.Json($"{{\"label\":\"INVALID_PARAM_VALUE\",\"message\":\"{message}\"}}", 400);

    /// <summary>A unit is a tenth of a contract: cut towards zero for who did not ask for decimals. Numbers and text both come.</summary>
    private static string Contracts(Candle values, bool isCut) =>
        isCut ? $"{values.Units / 10}" : values.Units % 2 == 0 ? CandleText.Text(values.Units / 10m) : CandleText.Plain(values.Units / 10m);

    private static string ListingRow(Listed symbol) =>
        $"{{\"name\":\"{symbol.Name}\",\"type\":\"direct\",\"in_delisting\":{(symbol.IsHalted ? "true" : "false")},\"quanto_multiplier\":\"{CandleText.Plain(symbol.UnitSize * 10)}\",\"order_price_round\":\"{CandleText.Plain(symbol.Tick)}\","
        + $"\"mark_price\":\"1\",\"order_size_min\":1,\"create_time\":{symbol.ListedMs / 1000},\"trade_size\":17}}";

    private static string Update(Topic topic, long eventMs, CandleText candle)
    {
        var w = topic.Symbol.Base == "ETH" ? $",\"w\":{(candle.IsClosed ? "true" : "false")}" : "";
        return $"{{\"time\":{eventMs / 1000},\"time_ms\":{eventMs},\"channel\":\"futures.candlesticks\",\"event\":\"update\",\"result\":[{{\"t\":{candle.OpenMs / 1000},\"v\":{Contracts(candle.Values, topic.IsCut)},"
            + $"\"c\":{candle.Close},\"h\":{candle.High},\"l\":{candle.Low},\"o\":{candle.Open},\"n\":\"{topic.Interval}_{topic.Symbol.Name}\",\"a\":\"1\"{w}}}]}}";
    }
}
