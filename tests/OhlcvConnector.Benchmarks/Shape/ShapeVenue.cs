using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OhlcvConnector.Benchmarks.Ingest;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Benchmarks.Shape;

/// <summary>As much of a venue's stream as a client needs: what it answers to a request, and candles whose base volume says when they were sent.</summary>
/// <param name="Name">The venue.</param>
internal sealed partial record ShapeVenue(string Name)
{
    public const int SymbolCount = 100;
    public const int SymbolsPerConnection = 50;

    /// <summary>Long candles, so that a run hardly comes to their end.</summary>
    public static readonly Interval Interval = Interval.Parse("4h");

    public static IReadOnlyList<ShapeVenue> All { get; } = [new("binance"), new("okx"), new("bybit"), new("gateio"), new("hyperliquid")];

    public Market Market => Name == "hyperliquid" ? Market.UsdMargined : Market.Spot;

    /// <summary>The venue's spelling of a symbol.</summary>
    public string Symbol(int number) => Symbol($"COIN{number:000}");

    /// <summary>The answers to a message of a client.</summary>
    public IEnumerable<string> Answers(string message)
    {
        if (message == "ping")
        {
            return ["pong"];
        }

        var id = Id().Match(message).Groups[1].Value;
        return Name switch
        {
            "binance" => [$$"""{"result":null,"id":{{id}}}"""],
            "okx" => Arg().Matches(message).Select(arg => $$"""{"event":"subscribe","arg":{{arg.Value}},"connId":"a4d3ae55"}"""),
            "bybit" when message.Contains("\"ping\"", StringComparison.Ordinal) =>
                [$$"""{"success":true,"ret_msg":"pong","conn_id":"1","req_id":"{{id}}","op":"ping"}"""],
            "bybit" => [$$"""{"success":true,"ret_msg":"","conn_id":"1","req_id":"{{id}}","op":"subscribe"}"""],
            "gateio" when message.Contains("spot.ping", StringComparison.Ordinal) => ["""{"time":1717246800,"channel":"spot.pong","event":"","result":null}"""],
            "gateio" => [$$$"""{"time":1717246800,"id":{{{(id.Length == 0 ? "0" : id)}}},"channel":"spot.candlesticks","event":"subscribe","result":{"status":"success"}}"""],
            "hyperliquid" when message.Contains("\"ping\"", StringComparison.Ordinal) => ["""{"channel":"pong"}"""],
            _ => [$$$"""{"channel":"subscriptionResponse","data":{{{message}}}}"""],
        };
    }

    /// <summary>What a client that is no product sends to have candles of a connection's symbols; the server looks for names alone.</summary>
    public string SubscribeAll(int connection) =>
        $$"""{"id":1,"op":"subscribe","args":[{{string.Join(',', Symbols(connection).Select(symbol => $"\"{symbol}\""))}}]}""";

    public IEnumerable<string> Symbols(int connection) =>
        Enumerable.Range(connection * SymbolsPerConnection, SymbolsPerConnection).Select(Symbol);

    /// <summary>The names that a message subscribes to.</summary>
    public static IEnumerable<string> Names(string message) => Coin().Matches(message).Select(name => name.Value.ToUpperInvariant()).Distinct();

    /// <summary>An open candle of the present, sent now.</summary>
    public byte[] Candle(string coin, Random random)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var (t, now, symbol) = (Interval.FloorMs(nowMs), LoadFrames.Now, Symbol(coin));
        var end = t + (long)Interval.ApproximateLength.TotalMilliseconds - 1;
        var low = 60_000 + (random.Next(1_000_000) / 100m);
        var high = low + (random.Next(100, 10_000) / 100m);
        var (l, h, o, c) = (Price(low), Price(high), Price(low + ((high - low) * 0.3m)), Price(low + ((high - low) * 0.8m)));
        var v = string.Create(CultureInfo.InvariantCulture, $"{now / 100_000_000:000000}.{now % 100_000_000:00000000}");
        var (q, n) = (string.Create(CultureInfo.InvariantCulture, $"{random.Next(1_000_000)}.{random.Next(10_000_000, 100_000_000)}"), nowMs / 10 % 1_000_000_000);
        return Encoding.UTF8.GetBytes(Name switch
        {
            "binance" => $$$"""{"e":"kline","E":{{{nowMs}}},"s":"{{{symbol}}}","k":{"t":{{{t}}},"T":{{{end}}},"s":"{{{symbol}}}","i":"4h","f":{{{3_640_284_441L + n}}},"L":{{{3_640_284_686L + n}}},"o":"{{{o}}}","c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","v":"{{{v}}}","n":{{{n}}},"x":false,"q":"{{{q}}}","V":"0.10000000","Q":"0.10000000","B":"0"}}""",
            "okx" => $$$"""{"arg":{"channel":"candle4H","instId":"{{{symbol}}}"},"data":[["{{{t}}}","{{{o}}}","{{{h}}}","{{{l}}}","{{{c}}}","{{{v}}}","{{{q}}}","{{{q}}}","0"]]}""",
            "bybit" => $$$"""{"type":"snapshot","topic":"kline.240.{{{symbol}}}","data":[{"start":{{{t}}},"end":{{{end}}},"interval":"240","open":"{{{o}}}","close":"{{{c}}}","high":"{{{h}}}","low":"{{{l}}}","volume":"{{{v}}}","turnover":"{{{q}}}","confirm":false,"timestamp":{{{nowMs}}}}],"ts":{{{nowMs}}}}""",
            "gateio" => $$$"""{"time":{{{nowMs / 1000}}},"time_ms":{{{nowMs}}},"channel":"spot.candlesticks","event":"update","result":{"t":"{{{t / 1000}}}","v":"{{{q}}}","c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","o":"{{{o}}}","n":"4h_{{{symbol}}}","a":"{{{v}}}","w":false}}""",
            _ => $$$"""{"channel":"candle","data":{"t":{{{t}}},"T":{{{end}}},"s":"{{{symbol}}}","i":"4h","o":"{{{o}}}","c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","v":"{{{v}}}","n":{{{n}}}}}""",
        });

        static string Price(decimal value) => Math.Round(value, 2).ToString("0.00", CultureInfo.InvariantCulture);
    }

    private string Symbol(string coin) => Name switch { "okx" => $"{coin}-USDT", "gateio" => $"{coin}_USDT", "hyperliquid" => coin, _ => $"{coin}USDT" };

    [GeneratedRegex("\"(?:id|req_id)\":\"?([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex("\\{\"channel\"[^{}]*\\}", RegexOptions.CultureInvariant)]
    private static partial Regex Arg();

    [GeneratedRegex("COIN[0-9]{3}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Coin();
}
