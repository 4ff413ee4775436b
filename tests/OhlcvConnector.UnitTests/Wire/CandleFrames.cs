using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;

namespace OhlcvConnector.UnitTests.Wire;

/// <summary>Random candle frames as each venue sends them, and what chance and malice make of them.</summary>
internal static class CandleFrames
{
    private const string Structure = "\"\"{}[],,::.-0123456789eE \\\t\u0001tfn";

    private static readonly string[] HostileNumbers =
    [
        "", "-", "0", "-0", "00", "007", "00.10", "1.", ".5", "1..2", "1.2.3", "1e5", "1E-3", "1e999", "+1", "-1", "--1", " 1", "1 ", "null", "true", "NaN", "0x10", "1_0", "1,5",
        "9999999999999999999", "12345678901234567890", "999999999999999999", "1234567890123456789", "0.0000000000000000001", "0.00000000000000000001",
        "123456789012345678901234567890", "79228162514264337593543950335", "79228162514264337593543950336", "0.0000000000000000000000000001", "\"1\"", "\"\"", "1\"", "\u0661",
    ];

    public static IEnumerable<(string Venue, Market Market)> Markets =>
        Venues.All.SelectMany(venue => venue.Markets.Select(market => (venue.Name, market.Market)));

    /// <summary>A frame of one candle, sound in form; now and then its values break a rule.</summary>
    public static string Next(string venue, Market market, Random random)
    {
        var scale = random.Next(0, 9);
        var low = random.Next(1, 1_000_000);
        var high = low + random.Next(0, 1_000);
        var (open, close) = (random.Next(low, high + 1), random.Next(low - (random.Next(20) == 0 ? 1 : 0), high + 1));
        var (o, h, l, c) = (Scaled(open, scale), Scaled(high, scale), Scaled(low, scale), Scaled(close, scale));
        var (v, q, w) = (Number(random), Number(random), Number(random));
        var closed = random.Next(4) == 0 ? "true" : "false";
        var t = 1_600_000_020_000L + (60_000L * random.Next(3_000_000)) + (random.Next(20) == 0 ? 1 : 0);
        var (sent, count) = (t + random.Next(70_000), random.Next(10) == 0 ? random.NextInt64() >> 8 : random.Next(2_000));
        var bar = random.Next(4) == 0 ? "1Dutc" : "1m";
        t -= venue == "okx" && bar != "1m" ? t % 86_400_000 : 0;
        return (venue, market) switch
        {
            ("binance", _) => Text(
                $$$"""{"e":"kline","E":{{{sent}}},"s":"BTCUSDT","k":{"t":{{{t}}},"T":{{{t + 59_999}}},"s":"BTCUSDT","i":"1m","f":{{{(count == 0 ? -1 : count)}}},"L":{{{count}}},"o":"{{{o}}}","c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","v":"{{{v}}}","n":{{{count}}},"x":{{{closed}}},"q":"{{{q}}}","V":"{{{w}}}","Q":"{{{w}}}","B":"0"}}"""),
            ("okx", _) => Text(
                $$$"""{"arg":{"channel":"candle{{{bar}}}","instId":"BTC-USDT"},"data":[["{{{t}}}","{{{o}}}","{{{h}}}","{{{l}}}","{{{c}}}","{{{v}}}","{{{q}}}","{{{w}}}","{{{(closed == "true" ? 1 : 0)}}}"]]}"""),
            ("bybit", _) when random.Next(2) == 0 => Text(
                $$$"""{"topic":"kline.1.BTCUSDT","data":[{"start":{{{t}}},"end":{{{t + 59_999}}},"interval":"1","open":"{{{o}}}","close":"{{{c}}}","high":"{{{h}}}","low":"{{{l}}}","volume":"{{{v}}}","turnover":"{{{q}}}","confirm":{{{closed}}},"timestamp":{{{sent}}}}],"ts":{{{sent}}},"type":"snapshot"}"""),
            ("bybit", _) => Text(
                $$$"""{"type":"snapshot","topic":"kline.1.BTCUSDT","data":[{"start":{{{t}}},"end":{{{t + 59_999}}},"interval":"1","open":"{{{o}}}","close":"{{{c}}}","high":"{{{h}}}","low":"{{{l}}}","volume":"{{{v}}}","turnover":"{{{q}}}","confirm":{{{closed}}},"timestamp":{{{sent}}}}],"ts":{{{sent}}}}"""),
            ("gateio", Market.Spot) => Text(
                $$$"""{"time":{{{sent / 1000}}},"time_ms":{{{sent}}},"channel":"spot.candlesticks","event":"update","result":{"t":"{{{t / 1000}}}","v":"{{{v}}}","c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","o":"{{{o}}}","n":"1m_BTC_USDT","a":"{{{w}}}","w":{{{closed}}}}}"""),
            ("gateio", _) when random.Next(2) == 0 => Text(
                $$$"""{"time":{{{sent / 1000}}},"channel":"futures.candlesticks","event":"update","result":[{"t":{{{t / 1000}}},"v":{{{count}}},"c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","o":"{{{o}}}","n":"1m_BTC_USDT"}]}"""),
            ("gateio", _) => Text(
                $$$"""{"time":{{{sent / 1000}}},"time_ms":{{{(random.Next(3) == 0 ? 0 : sent)}}},"channel":"futures.candlesticks","event":"update","result":[{"t":{{{t / 1000}}},"v":{{{count}}},"c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","o":"{{{o}}}","n":"1m_BTC_USDT","a":"{{{w}}}"}]}"""),
            ("hyperliquid", _) => Text(
                $$$"""{"channel":"candle","data":{"t":{{{t}}},"T":{{{t + 59_999}}},"s":"BTC","i":"1m","o":"{{{o}}}","c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","v":"{{{v}}}","n":{{{count}}}}}"""),
            ("coinapi", _) => Text(
                $$$"""{"type":"ohlcv","symbol_id":"BINANCE_SPOT_BTC_USDT","sequence":{{{count}}},{{{(random.Next(2) == 0 ? "\"period_id\":\"1MIN\"," : "")}}}"time_period_start":"{{{Iso(t)}}}","time_period_end":"{{{Iso(t + 60_000)}}}","time_open":"{{{Iso(t)}}}","time_close":"{{{Iso(sent)}}}","price_open":{{{o}}},"price_high":{{{h}}},"price_low":{{{l}}},"price_close":{{{c}}},"volume_traded":{{{Bare(v)}}},"trades_count":{{{count}}}}"""),
            _ => throw new ArgumentOutOfRangeException(nameof(venue), venue, "Write here how it sends candles."),
        };
    }

    /// <summary>
    /// The same frame, disturbed a few times: bytes changed, cut out, put in, cut off; numbers of every kind; keys in another order; white space.
    /// </summary>
    public static byte[] Disturbed(string frame, Random random)
    {
        frame = random.Next(4) == 0 ? Rewritten(frame, random) : frame;
        for (var i = random.Next(3); i > 0; i--)
        {
            frame = WithHostileNumber(frame, random);
        }

        var bytes = Encoding.UTF8.GetBytes(frame).ToList();
        for (var i = random.Next(4); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] = (byte)Structure[random.Next(Structure.Length)]; break;
                case 2: bytes.Insert(at, (byte)Structure[random.Next(Structure.Length)]); break;
                case 3: bytes.RemoveRange(at, length); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 5: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.Add((byte)Structure[random.Next(Structure.Length)]); break;
            }
        }

        return [.. bytes];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Iso(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A JSON number has no zeros in front.</summary>
    private static string Bare(string number) => number.TrimStart('0') is { Length: > 0 } rest && rest[0] != '.' ? rest : "0" + number.TrimStart('0');

    private static string Scaled(int value, int scale) => new decimal(value, 0, 0, false, (byte)scale).ToString(CultureInfo.InvariantCulture);

    private static string Number(Random random)
    {
        var digits = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => (char)('0' + random.Next(10))));
        var point = random.Next(1, digits.Length + 1);
        return point == digits.Length ? digits : $"{digits[..point]}.{digits[point..]}";
    }

    private static string WithHostileNumber(string frame, Random random)
    {
        var at = random.Next(frame.Length);
        while (at < frame.Length && !char.IsAsciiDigit(frame[at]))
        {
            at++;
        }

        var end = at;
        while (end < frame.Length && (char.IsAsciiDigit(frame[end]) || frame[end] == '.'))
        {
            end++;
        }

        return frame[..at] + HostileNumbers[random.Next(HostileNumbers.Length)] + frame[end..];
    }

    private static string Rewritten(string frame, Random random) =>
        Shuffled(JsonNode.Parse(frame)!, random).ToJsonString(new JsonSerializerOptions { WriteIndented = random.Next(3) == 0 });

    private static JsonNode Shuffled(JsonNode node, Random random)
    {
        switch (node)
        {
            case JsonObject found:
                var properties = found.ToList();
                found.Clear();
                var order = properties.ToArray();
                random.Shuffle(order);
                foreach (var (name, value) in order)
                {
                    found[name] = value is null ? null : Shuffled(value, random);
                }

                return found;
            case JsonArray list:
                var items = list.ToList();
                list.Clear();
                items.ForEach(item => list.Add(item is null ? null : Shuffled(item, random)));
                if (random.Next(4) == 0)
                {
                    list.Add(items[0]!.DeepClone());
                }

                return list;
            default:
                return node;
        }
    }
}
