using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OhlcvConnector.Benchmarks.Downloading;

/// <summary>The history of one symbol as a venue's REST sends it, encoded once: minutes of about half a year, and what a request asks for of them.</summary>
internal sealed partial class HistoryPages
{
    public const long MinuteMs = 60_000;
    private const int Minutes = 194 * 1440; // up to a few days after now

    private readonly string _venue;
    private readonly bool _descends;
    private readonly byte[] _rows;
    private readonly int[] _starts;
    private readonly byte[] _before;
    private readonly byte[] _behind;

    public HistoryPages(string venue)
    {
        _venue = venue;
        _descends = venue is "okx" or "bybit";
        (_before, _behind) = venue switch
        {
            "okx" => ("""{"code":"0","msg":"","data":["""u8.ToArray(), "]}"u8.ToArray()),
            "bybit" => (
                """{"retCode":0,"retMsg":"OK","result":{"category":"spot","symbol":"BTCUSDT","list":["""u8.ToArray(),
                """]},"retExtInfo":{},"time":1672025956592}"""u8.ToArray()),
            _ => ("["u8.ToArray(), "]"u8.ToArray()),
        };
        var random = new Random(1);
        var all = new MemoryStream();
        _starts = new int[Minutes + 1];
        for (var place = 0; place < Minutes; place++)
        {
            all.Write(Encoding.UTF8.GetBytes(Row(FirstMs + (MinuteMs * (_descends ? Minutes - 1 - place : place)), random)));
            all.WriteByte((byte)',');
            _starts[place + 1] = (int)all.Length;
        }

        _rows = all.ToArray();
    }

    /// <summary>The first midnight that has candles.</summary>
    public static long FirstMs { get; } = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / (1440 * MinuteMs) - 190) * 1440 * MinuteMs;

    /// <summary>The venue's spelling of the one symbol.</summary>
    public static string Symbol(string venue) => venue switch { "okx" => "BTC-USDT", "gateio" => "BTC_USDT", "hyperliquid" => "BTC", _ => "BTCUSDT" };

    /// <summary>The body of an answer, in parts.</summary>
    /// <param name="request">The request: its target, and what it posts.</param>
    public List<ArraySegment<byte>> Answer(string request)
    {
        var (fromMs, toMs, most) = _venue switch
        {
            "okx" => (Number(request, "before") + 1, Number(request, "after"), Number(request, "limit")),
            "bybit" => (Number(request, "start"), Number(request, "end") + 1, Number(request, "limit")),
            "gateio" => (Number(request, "from") * 1000, (Number(request, "to") * 1000) + 1, 1000),
            "hyperliquid" => (Number(request, "startTime"), Number(request, "endTime") + 1, 5000),
            _ => (Number(request, "startTime"), Number(request, "endTime") + 1, Number(request, "limit")),
        };
        var first = (int)Math.Clamp((fromMs - FirstMs + MinuteMs - 1) / MinuteMs, 0, Minutes);
        var end = (int)Math.Clamp((toMs - FirstMs + MinuteMs - 1) / MinuteMs, first, Minutes);
        (first, end) = _descends ? ((int)Math.Max(first, end - most), end) : (first, (int)Math.Min(end, first + most));
        if (first == end)
        {
            return [_before, _behind];
        }

        var (start, stop) = _descends ? (_starts[Minutes - end], _starts[Minutes - first]) : (_starts[first], _starts[end]);
        return [_before, new ArraySegment<byte>(_rows, start, stop - start - 1), _behind];
    }

    private string Row(long t, Random random)
    {
        var low = 60_000 + (random.Next(1_000_000) / 100m);
        var high = low + (random.Next(10_000) / 100m);
        var (l, h, o, c) = (Text(low, 2), Text(high, 2), Text(low + ((high - low) * 0.3m), 2), Text(low + ((high - low) * 0.8m), 2));
        var volume = random.Next(1_000_000_000) / 100_000m;
        var (v, q, taken, takenQuote) = (Text(volume, 8), Text(volume * low, 8), Text(volume / 3, 8), Text(volume * low / 3, 8));
        var n = random.Next(100, 10_000);
        return _venue switch
        {
            "binance" => $"""[{t},"{o}000000","{h}000000","{l}000000","{c}000000","{v}",{t + MinuteMs - 1},"{q}",{n},"{taken}","{takenQuote}","0"]""",
            "okx" => $"""["{t}","{o}","{h}","{l}","{c}","{v}","{q}","{q}","1"]""",
            "bybit" => $"""["{t}","{o}","{h}","{l}","{c}","{v}","{q}"]""",
            "gateio" => $"""["{t / 1000}","{q}","{c}","{h}","{l}","{o}","{v}","true"]""",
            _ => $$"""{"t":{{t}},"T":{{t + MinuteMs - 1}},"s":"BTC","i":"1m","o":"{{o}}","c":"{{c}}","h":"{{h}}","l":"{{l}}","v":"{{Text(volume, 5)}}","n":{{n}}}""",
        };

        static string Text(decimal value, int digits) => Math.Round(value, digits).ToString("0." + new string('0', digits), CultureInfo.InvariantCulture);
    }

    private static long Number(string request, string name)
    {
        var found = Parameter().Matches(request).FirstOrDefault(one => one.Groups["name"].Value == name);
        return found is null ? throw new FormatException($"'{request}' has no {name}.") : long.Parse(found.Groups["value"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("[?&\"](?<name>[A-Za-z]+)\"?[=:](?<value>[0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
