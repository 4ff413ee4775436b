using System.Globalization;
using System.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Benchmarks;

/// <summary>Candles as the venues send them, in their order, length and number of digits, with other values in each.</summary>
internal static class VenueFrames
{
    public const int SymbolCount = 50;

    /// <summary>The day that all candles belong to: long candles, so that a run never comes to their end.</summary>
    public static readonly Interval Interval = Interval.OneDay;

    /// <summary>The venue's spelling of the symbols.</summary>
    public static string[] Symbols(string venue) => [.. Enumerable.Range(0, SymbolCount).Select(i => venue switch
    {
        "okx" => $"COIN{i:00}-USDT",
        "gateio" => $"COIN{i:00}_USDT",
        "hyperliquid" => $"COIN{i:00}",
        _ => $"COIN{i:00}USDT",
    })];

    /// <summary>So many frames of open candles of the first market, the symbols in turn.</summary>
    public static byte[][] Create(string venue, int count, long openMs)
    {
        var random = new Random(1);
        var symbols = Symbols(venue);
        return [.. Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes(Frame(venue, symbols[i % symbols.Length], openMs, random)))];
    }

    private static string Frame(string venue, string symbol, long t, Random random)
    {
        var scale = venue == "binance" ? "0.00" : "0.0";
        var zeros = venue == "binance" ? "000000" : "";
        var low = 60_000 + (random.Next(1_000_000) / 100m);
        var high = low + (random.Next(10_000) / 100m);
        var (l, h, o, c) = (Price(low), Price(high), Price(low + ((high - low) * 0.3m)), Price(low + ((high - low) * 0.8m)));
        var volume = random.Next(1_000_000_000) / 100_000m;
        var (v, q, taken, takenQuote) = (Amount(volume, 8), Amount(volume * low, 8), Amount(volume / 3, 8), Amount(volume * low / 3, 8));
        var (n, sent, end) = (random.Next(100, 10_000), t + random.Next(80_000_000), t + 86_399_999);
        return Body();

        string Price(decimal value) => value.ToString(scale, CultureInfo.InvariantCulture) + zeros;

        static string Amount(decimal value, int digits) => Math.Round(value, digits).ToString("0." + new string('0', digits), CultureInfo.InvariantCulture);

        string Body() => venue switch
        {
            "binance" => $$$"""{"e":"kline","E":{{{sent}}},"s":"{{{symbol}}}","k":{"t":{{{t}}},"T":{{{end}}},"s":"{{{symbol}}}","i":"1d","f":{{{3_640_284_441L + n}}},"L":{{{3_640_284_686L + n}}},"o":"{{{o}}}","c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","v":"{{{v}}}","n":{{{n}}},"x":false,"q":"{{{q}}}","V":"{{{taken}}}","Q":"{{{takenQuote}}}","B":"0"}}""",
            "okx" => $$$"""{"arg":{"channel":"candle1Dutc","instId":"{{{symbol}}}"},"data":[["{{{t}}}","{{{o}}}","{{{h}}}","{{{l}}}","{{{c}}}","{{{v}}}","{{{q}}}","{{{q}}}","0"]]}""",
            "bybit" => $$$"""{"type":"snapshot","topic":"kline.D.{{{symbol}}}","data":[{"start":{{{t}}},"end":{{{end}}},"interval":"D","open":"{{{o}}}","close":"{{{c}}}","high":"{{{h}}}","low":"{{{l}}}","volume":"{{{v}}}","turnover":"{{{q}}}","confirm":false,"timestamp":{{{sent}}}}],"ts":{{{sent}}}}""",
            "gateio" => $$$"""{"time":{{{sent / 1000}}},"time_ms":{{{sent}}},"channel":"spot.candlesticks","event":"update","result":{"t":"{{{t / 1000}}}","v":"{{{q}}}","c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","o":"{{{o}}}","n":"1d_{{{symbol}}}","a":"{{{v}}}","w":false}}""",
            _ => $$$"""{"channel":"candle","data":{"t":{{{t}}},"T":{{{end}}},"s":"{{{symbol}}}","i":"1d","o":"{{{o}}}","c":"{{{c}}}","h":"{{{h}}}","l":"{{{l}}}","v":"{{{Amount(volume, 5)}}}","n":{{{n}}}}}""",
        };
    }
}
