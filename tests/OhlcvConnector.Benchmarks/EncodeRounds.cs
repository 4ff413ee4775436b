using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Benchmarks;

/// <summary>
/// A candle as text: a frame of protocol v1, a line of JSON and a line of comma-separated values, each beside the usual way in .NET, in turns, so that a busy
/// machine disturbs both alike; the least and the median count.
/// </summary>
/// <remarks><c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- encode</c></remarks>
internal static class EncodeRounds
{
    private const int Rounds = 80;
    private const int WarmUp = 30;
    private const int Candles = 5_000;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, 7, TimeSpan.Zero);
    private static readonly V1Encoding Encoding = new("BTCUSDT", AsStrings: false, IsSandbox: false);

    public static int Run()
    {
        var quotes = Quotes();
        using var ours = new MemoryStream(4 * 1024 * 1024);
        using var usual = new MemoryStream(4 * 1024 * 1024);
        var csv = new CsvQuoteWriter(ours, isSandbox: false, [], TimeStyle.Iso);
        var json = new JsonQuoteWriter(ours, isSandbox: false, [], TimeStyle.Iso);
        using var lines = new StreamWriter(usual, new UTF8Encoding(false), 64 * 1024);
        using var writer = new Utf8JsonWriter(usual);
        Console.WriteLine("| what | usual way, ns least/median | bytes | product, ns least/median | bytes | ratio of least/median |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Compare("frame of protocol v1", quotes, UsualFrame, quote => Encoding.Quote(new Published(quote, 7, "0a1b2c3d"), Now));
        Compare("line of JSON", quotes, quote => UsualJson(writer, quote, isFrame: false), quote => json.Write(quote, []), Check);
        Compare("line of CSV", quotes, quote => UsualCsv(lines, quote), quote => csv.Write(quote, []), Check);
        return 0;

        void Check()
        {
            lines.Flush();
            csv.Flush();
            json.Flush();
            if (ours.Length == 0 || Math.Abs(ours.Length - usual.Length) > Candles)
            {
                throw new InvalidOperationException($"Not the same was written: {ours.Length} bytes instead of {usual.Length}.");
            }

            ours.SetLength(0);
            usual.SetLength(0);
        }
    }

    private static void Compare(string name, PriceQuote[] quotes, Action<PriceQuote> usual, Action<PriceQuote> product, Action? roundEnded = null)
    {
        var (floor, mine) = (new List<(double Time, double Bytes)>(), new List<(double Time, double Bytes)>());
        for (var round = 0; round < Rounds; round++)
        {
            floor.Add(Measure(quotes, usual));
            mine.Add(Measure(quotes, product));
            roundEnded?.Invoke();
        }

        var (f, m) = (floor.Skip(WarmUp).OrderBy(each => each.Time).ToList(), mine.Skip(WarmUp).OrderBy(each => each.Time).ToList());
        var middle = f.Count / 2;
        Console.WriteLine(string.Create(
            Invariant,
            $"| {name} | {f[0].Time:F0}/{f[middle].Time:F0} | {f[0].Bytes:F0} | {m[0].Time:F0}/{m[middle].Time:F0} | {m[0].Bytes:F0} | {m[0].Time / f[0].Time:F2}/{m[middle].Time / f[middle].Time:F2} |"));
    }

    private static (double Time, double Bytes) Measure(PriceQuote[] quotes, Action<PriceQuote> write)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        foreach (var quote in quotes)
        {
            write(quote);
        }

        return (Stopwatch.GetElapsedTime(start).TotalNanoseconds / quotes.Length, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)quotes.Length);
    }

    private static void UsualFrame(PriceQuote quote)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        UsualJson(json, quote, isFrame: true);
        buffer.WrittenSpan.ToArray();
    }

    private static void UsualJson(Utf8JsonWriter json, PriceQuote quote, bool isFrame)
    {
        json.WriteStartObject();
        if (isFrame)
        {
            json.WriteString("type", "quote");
            json.WriteString("venue_symbol", quote.Series.VenueSymbol);
            json.WriteNumber("seq", 7);
            json.WriteString("epoch", "0a1b2c3d");
            json.WriteString("sent_time", Time(Now));
        }

        json.WriteString("exchange", quote.Exchange);
        json.WriteString("market", quote.Market.Name());
        json.WriteString("symbol", quote.Symbol);
        json.WriteString("interval", quote.Interval.ToString());
        json.WriteString("openTime", Time(quote.OpenTime));
        json.WriteString("closeTime", Time(quote.CloseTime));
        json.WriteNumber("open", quote.Open);
        json.WriteNumber("high", quote.High);
        json.WriteNumber("low", quote.Low);
        json.WriteNumber("close", quote.Close);
        json.WriteNumber("volume", quote.Volume!.Value);
        json.WriteNumber("quoteVolume", quote.QuoteVolume!.Value);
        json.WriteNumber("trades", quote.TradeCount!.Value);
        json.WriteBoolean("isClosed", quote.IsClosed);
        json.WriteString("eventTime", Time(quote.EventTime!.Value));
        json.WriteString("receivedAt", Time(quote.ReceivedAt));
        json.WriteString("source", "stream");
        json.WriteEndObject();
        json.Flush();
        json.Reset();
    }

    private static void UsualCsv(StreamWriter lines, PriceQuote quote) => lines.Write(string.Create(
        Invariant,
        $"{quote.Exchange},{quote.Market.Name()},{quote.Symbol},{quote.Interval},{Time(quote.OpenTime)},{Time(quote.CloseTime)},{quote.Open},{quote.High},{quote.Low},{quote.Close},{quote.Volume},{quote.QuoteVolume},{quote.TradeCount},true,{Time(quote.EventTime!.Value)},{Time(quote.ReceivedAt)},stream,,,\n"));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, Invariant);

    private static PriceQuote[] Quotes()
    {
        var instrument = new Instrument
        {
            Exchange = "binance",
            Market = Market.Spot,
            VenueSymbol = "BTCUSDT",
            Symbol = "BTCUSDT",
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
        };
        var series = new Series(instrument, Interval.OneMinute);
        var random = new Random(1);
        return [.. Enumerable.Range(0, Candles).Select(index =>
        {
            var low = random.Next(6_000_000, 7_000_000) / 100m;
            var values = new CandleValues
            {
                OpenMs = 1_769_860_800_000 + (index * 60_000L), Open = low + 3.10m, High = low + 20.05m, Low = low, Close = low + 7.77m,
                Volume = random.Next(1, 100_000_000) / 100_000m, QuoteVolume = random.NextInt64(1, 100_000_000_000) / 100_000_000m,
                TradeCount = random.Next(1, 5_000), EventMs = 1_769_860_860_017 + (index * 60_000L), IsClosed = true,
            };
            return new PriceQuote(series, values, QuoteSource.Stream, Now);
        })];
    }
}
