using System.Diagnostics;
using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Benchmarks.Signals;

/// <summary>What rules cost: 1,000 series with 20 rules each, beside their indicators alone, on one core.</summary>
internal static class SignalRounds
{
    private const int Series = 1_000;
    private const int Warm = 400;
    private const int Rounds = 20;

    public static int Run()
    {
        var rules = new RuleSet(TradingConfig.Read($$"""{ "sets": [], "rules": [ {{string.Join(',', Texts().Select((text, index) => $$"""{ "name": "r{{index}}", "direction": "long", "when": {{text}} }"""))}} ] }""").Rules);
        Measure("20 rules of everybody's kind", rules);
        Measure("the same, each measured as the server does", rules, new RuleGuard(RuleLimits.Usual, TimeProvider.System));
        Measure($"the {TradingConfig.Usual.Rules.Count} rules of the built-in sets", new RuleSet(TradingConfig.Usual.Rules));
        return 0;
    }

    private static void Measure(string what, RuleSet rules, RuleGuard? guard = null)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var evaluators = Enumerable.Range(0, Series).Select(index => new RuleEvaluator(SeriesOf(index), rules, guard: guard)).ToArray();
        var bars = Enumerable.Range(0, Series).Select(index => Bars(index, Warm + Rounds)).ToArray();
        var signals = 0;
        for (var candle = 0; candle < Warm; candle++)
        {
            Close(candle);
        }

        var memory = GC.GetTotalMemory(forceFullCollection: true) - before - ((long)Series * (Warm + Rounds) * 56);
        var (times, allocated) = (new List<double>(), GC.GetAllocatedBytesForCurrentThread());
        signals = 0;
        for (var candle = Warm; candle < Warm + Rounds; candle++)
        {
            var watch = Stopwatch.StartNew();
            Close(candle);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}, {Series} series: {times[Rounds / 2]:0.0} ms a close of all (least {times[0]:0.0}, most {times[^1]:0.0}); {memory / Series / 1024.0:0.0} KB a series; {signals} signals, {allocated / (double)Math.Max(1, signals):0} bytes a signal"));

        void Close(int candle)
        {
            for (var series = 0; series < Series; series++)
            {
                signals += evaluators[series].Add(bars[series][candle], 1m).Count;
            }
        }
    }

    private static IEnumerable<string> Texts()
    {
        string[] texts =
        [
            "rsi:14 crosses above 30", "rsi:14 crosses below 70", "ema:9 crosses above ema:21", "ema:9 crosses below ema:21", "ema:21 > ema:55 on 4h", "macd crosses above its signal",
            "macd.histogram > 0 for 3 closes", "wavetrend cross below -53", "close > bbands:20:2.upper", "close < bbands:20:2.lower", "volume > 3 x its average", "adx:14 > 25",
            "bullish divergence of rsi:14", "bearish divergence of rsi:14", "price leaves the value area", "price enters the value area from below", "close > donchian:20.upper[1]",
            "atr:14 is rising", "stoch:14 crosses above 20", "close crosses above ema:200",
        ];
        return texts.Select(text => $"\"{text}\"");
    }

    private static Series SeriesOf(int index) => new(
        new Instrument { Exchange = "binance", Market = Market.Spot, VenueSymbol = $"C{index}USDT", Symbol = $"C{index}/USDT", BaseAsset = $"C{index}", QuoteAsset = "USDT" },
        Interval.OneHour);

    private static Bar[] Bars(int seed, int count)
    {
        var random = new Random(seed);
        var (bars, price) = (new Bar[count], 100.0);
        for (var index = 0; index < count; index++)
        {
            var (open, close) = (price, price * (1 + ((random.NextDouble() - 0.5) * 0.01)));
            bars[index] = new Bar(index * 3_600_000L, open, Math.Max(open, close) * 1.001, Math.Min(open, close) * 0.999, close, random.Next(1,
                1_000))
            { CloseMs = (index + 1) * 3_600_000L };
            price = close;
        }

        return bars;
    }
}
