using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>Hyperliquid perpetuals: nothing ever says closed, nothing is said of quiet minutes, 5,000 candles of history without a word about more.</summary>
internal sealed class HyperliquidVenue(FastClock clock, Books books, int seed, IReadOnlyList<Listed> symbols) : JudgedVenue(clock, books, seed, symbols)
{
    private static readonly Dictionary<string, long> Lengths = new() { ["1m"] = Books.Minute, ["5m"] = 5 * Books.Minute };

    public override string Exchange => "hyperliquid";

    public override Market Market => Market.UsdMargined;

    public override bool OmitsQuiet => true;

    public override int? Reach => 5_000;

    protected override long PushEveryMs => 1_000;

    public override decimal? QuoteVolume(Candle candle, QuoteSource source) => null;

    public override long? TradeCount(Candle candle) => candle.Count;

    protected override bool IsListing(HttpCall call) => !call.Body.Contains("candleSnapshot", StringComparison.Ordinal);

    protected override HttpAnswer TooMany() => HttpAnswer.Json("null", 429);

    protected override long RowAfterMs(Listed symbol, long openMs) =>
        Books.Chance(symbol.Name, openMs, 21, 15) ? (long)(Books.Hash(symbol.Name, openMs, 22) % 9_000) : 200;

    protected override string Message(Topic topic, CandleText candle, long eventMs) =>
        $"{{\"channel\":\"candle\",\"data\":{Row(topic.Symbol, topic.Interval, candle)}}}";

    protected override void Greet(Session session) => session.Send("Websocket connection established.");

    /// <summary>The last state of a candle mostly comes at or shortly after its end, without any mark; sometimes its last trades are never told.</summary>
    protected override void TellClose(Session session, Topic topic, long now)
    {
        var values = Books.At(topic.Symbol, topic.OpenMs, topic.LengthMs);
        if (values.Count > Math.Max(topic.Told, 0) && Books.Chance(topic.Name, topic.OpenMs, 23, 85))
        {
            TellClosed(session, topic, CandleText.Of(values, topic.LengthMs, isClosed: false), now);
        }
    }

    protected override void Listen(Session session, string text)
    {
        using var document = JsonDocument.Parse(text);
        var method = document.RootElement.GetProperty("method").GetString();
        if (method == "ping")
        {
            if (!Faults.Strikes(FaultKind.NoPongs))
            {
                session.Send("{\"channel\":\"pong\"}");
            }

            return;
        }

        var wanted = document.RootElement.GetProperty("subscription");
        if (wanted.GetProperty("type").GetString() == "trades")
        {
            ListenForTrades(session, method!, wanted.GetProperty("coin").GetString()!);
            return;
        }

        var (coin, interval) = (wanted.GetProperty("coin").GetString()!, wanted.GetProperty("interval").GetString()!);
        var name = $"{interval}_{coin}";
        var plain = $"{{\\\"type\\\":\\\"candle\\\",\\\"interval\\\":\\\"{interval}\\\",\\\"coin\\\":\\\"{coin}\\\"}}";
        var acknowledgement = $"{{\"channel\":\"subscriptionResponse\",\"data\":{{\"method\":\"{method}\",\"subscription\":{{\"type\":\"candle\",\"interval\":\"{interval}\",\"coin\":\"{coin}\"}}}}}}";
        if (method == "unsubscribe")
        {
            session.Send(session.Topics.TryRemove(name, out _) ? acknowledgement : $"{{\"channel\":\"error\",\"data\":\"Already unsubscribed: {plain}\"}}");
        }
        else if (Find(coin) is not { } symbol || !Lengths.TryGetValue(interval, out var length))
        {
            session.Send($"{{\"channel\":\"error\",\"data\":\"Invalid subscription {plain}\"}}");
        }
        else if (session.Topics.ContainsKey(name))
        {
            session.Send($"{{\"channel\":\"error\",\"data\":\"Already subscribed: {plain}\"}}");
        }
        else if (Faults.IsOn(FaultKind.AlreadySubscribed) && Faults.StrikesOnce(FaultKind.AlreadySubscribed))
        {
            Subscribe(session, new Topic(name, symbol, interval, length));
            session.Send($"{{\"channel\":\"error\",\"data\":\"Already subscribed: {plain}\"}}");
        }
        else
        {
            Acknowledge(session, acknowledgement, [new Topic(name, symbol, interval, length)]);
        }
    }

    protected override bool TellsPastTrades => true;

    protected override IEnumerable<string> TradeMessages(Topic topic, IReadOnlyList<ToldTrade> trades, long eventMs)
    {
        var rows = trades.Select(trade =>
            $"{{\"coin\":\"{topic.Symbol.Name}\",\"side\":\"{(trade.IsBuy ? "B" : "A")}\",\"px\":{CandleText.Text(trade.Price)},\"sz\":{CandleText.Text(trade.Units * topic.Symbol.UnitSize)},"
            + $"\"time\":{trade.TimeMs},\"hash\":\"0x{trade.Id:x64}\",\"tid\":{Books.Hash(topic.Symbol.Name, trade.Id, 32) >> 14},\"users\":[\"0x{1:x40}\",\"0x{2:x40}\"]}}");
        yield return $"{{\"channel\":\"trades\",\"data\":[{string.Join(',', rows)}]}}";
    }

    private void ListenForTrades(Session session, string method, string coin)
    {
        var name = $"trades_{coin}";
        var acknowledgement =
            $"{{\"channel\":\"subscriptionResponse\",\"data\":{{\"method\":\"{method}\",\"subscription\":{{\"type\":\"trades\",\"coin\":\"{coin}\"}}}}}}";
        var plain = $"{{\\\"type\\\":\\\"trades\\\",\\\"coin\\\":\\\"{coin}\\\"}}";
        if (method == "unsubscribe")
        {
            session.Send(session.Topics.TryRemove(name, out _) ? acknowledgement : $"{{\"channel\":\"error\",\"data\":\"Already unsubscribed: {plain}\"}}");
        }
        else if (Find(coin) is not { } symbol)
        {
            session.Send($"{{\"channel\":\"error\",\"data\":\"Invalid subscription {plain}\"}}");
        }
        else if (session.Topics.ContainsKey(name))
        {
            session.Send($"{{\"channel\":\"error\",\"data\":\"Already subscribed: {plain}\"}}");
        }
        else
        {
            Acknowledge(session, acknowledgement, [new Topic(name, symbol, "trades", Books.Minute) { IsTrades = true }]);
        }
    }

    protected override HttpAnswer Answer(HttpCall call)
    {
        using var document = JsonDocument.Parse(call.Body);
        var type = document.RootElement.GetProperty("type").GetString();
        if (type != "candleSnapshot")
        {
            Weigh(20);
            return HttpAnswer.Json(type switch
            {
                "perpDexs" => "[null]",
                "meta" => Meta(),
                "allPerpMetas" => $"[{Meta()}]",
                "spotMeta" => "{\"tokens\":[{\"name\":\"USDC\",\"szDecimals\":8,\"weiDecimals\":8,\"index\":0,\"tokenId\":\"0x6d1e7cde53ba9467b783cb7c530ce054\",\"isCanonical\":true,\"fullName\":null}],\"universe\":[]}",
                "exchangeStatus" => $"{{\"specialStatuses\":null,\"time\":{Clock.NowMs}}}",
                _ => "null",
            });
        }

        var ask = document.RootElement.GetProperty("req");
        if (Find(ask.GetProperty("coin").GetString()!) is not { } symbol)
        {
            return HttpAnswer.Json("null", 500);
        }

        if (!Lengths.TryGetValue(ask.GetProperty("interval").GetString()!, out var length) || ask.GetProperty("startTime").ValueKind != JsonValueKind.Number)
        {
            return new HttpAnswer(422, "Failed to deserialize the JSON body into the target type"u8.ToArray()) { ContentType = "text/plain" };
        }

        var start = ask.GetProperty("startTime").GetInt64() / length * length; // all that overlap
        var end = ask.TryGetProperty("endTime", out var ends) ? ends.GetInt64() : Clock.NowMs;
        var rows = Rows(symbol, length, start, end, 5_000, PageSide.Oldest);
        Weigh(20 + (rows.Count / 60));
        return HttpAnswer.Json($"[{string.Join(',', rows.Select(row => Row(symbol, ask.GetProperty("interval").GetString()!, row)))}]");
    }

    private static string Row(Listed symbol, string interval, CandleText row) =>
        $"{{\"t\":{row.OpenMs},\"T\":{row.LastMs},\"s\":\"{symbol.Name}\",\"i\":\"{interval}\",\"o\":{row.Open},\"c\":{row.Close},\"h\":{row.High},\"l\":{row.Low},\"v\":{CandleText.Text(row.Values.Base)},\"n\":{row.Values.Count}}}";

    private string Meta()
    {
        var universe = Listing().Select(symbol => $"{{\"szDecimals\":3,\"name\":\"{symbol.Name}\",\"maxLeverage\":40,\"marginTableId\":56{(symbol.IsHalted ? ",\"isDelisted\":true" : "")}}}");
        return $"{{\"universe\":[{string.Join(',', universe)}],\"marginTables\":[[56,{{\"description\":\"\",\"marginTiers\":[]}}]],\"collateralToken\":0}}";
    }
}
