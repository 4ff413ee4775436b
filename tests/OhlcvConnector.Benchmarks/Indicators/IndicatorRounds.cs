using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Benchmarks.Indicators;

/// <summary>
/// What indicators cost, candle by candle: each kind by itself, six of them beside a plain C loop and libraries of npm, all in one pass over a year of minutes.
/// In
/// short rounds in turn, of which the least counts, for other work on the machine only adds.
/// </summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- indicators [--write | ema:20,rsi:14]</c>; <c>--write</c> renews the file of costs that
/// docs/indicators.md shows.
/// </remarks>
internal static class IndicatorRounds
{
    private const int Year = 525_600;
    private const int Chunk = 5_000;
    private const int Rounds = 200;
    private const int RoundsOfAll = 40;
    private const int WarmUps = 40;
    private const long T0 = 1_767_225_600_000;

    private static readonly TimeSpan ForCompiler = TimeSpan.FromMilliseconds(250); // which raises what is called often while nothing new is called

    private static readonly (string Name, string Specification)[] Six =
        [("ema", "ema:20"), ("rsi", "rsi:14"), ("atr", "atr:14"), ("macd", "macd:12:26:9"), ("bbands", "bbands:20:2"), ("wavetrend", "wavetrend:9:12:4")];

    public static int Run(string[] args)
    {
        var bars = Walk(Year);
        if (args is [{ Length: > 0 } specifications] && specifications[0] != '-')
        {
            string[] some = specifications.Split(',');
            foreach (var (specification, cost) in some.Zip(Least([.. some.Select(IndicatorCatalog.Parse)], bars, Rounds)))
            {
                Console.WriteLine($"{specification,-24}{Text(cost),8}");
            }

            return 0;
        }

        SixBesideOthers(bars);
        Quotes(bars);
        AtOnce(bars);
        var costs = EachKind(bars);
        AllInOnePass(bars);
        if (args.Contains("--write"))
        {
            var path = Path.Combine(Repository(), "tests/OhlcvConnector.IndicatorTests/Truths/costs.tsv");
            File.WriteAllLines(path, costs.Select(cost => string.Create(CultureInfo.InvariantCulture, $"{cost.Key}\t{cost.Value:0.0}")));
            Console.WriteLine($"\nwrote {path}");
        }

        return 0;
    }

    private static void SixBesideOthers(Bar[] bars)
    {
        var floor = OtherPrograms.Floor(bars, Chunk, Rounds);
        var peers = OtherPrograms.Peers(bars, Chunk, Rounds / 4);
        var ours = Least([.. Six.Select(one => IndicatorCatalog.Parse(one.Specification))], bars, Rounds);
        Console.WriteLine("\n| indicator | ns a bar | C loop | times | technicalindicators | trading-signals |\n|---|---|---|---|---|---|");
        for (var index = 0; index < Six.Length; index++)
        {
            var name = Six[index].Name;
            var times = floor.TryGetValue(name, out var least) ? (ours[index] / least).ToString("0.0", CultureInfo.InvariantCulture) : "";
            Console.WriteLine($"| `{Six[index].Specification}` | {Text(ours[index])} | {Cell(floor, name)} | {times} | {Cell(peers, "technicalindicators " + name)} | {Cell(peers, "trading-signals " + name)} |");
        }
    }

    private static void Quotes(Bar[] bars)
    {
        var series = new Series(
            new Instrument { Exchange = "binance", Market = Market.Spot, VenueSymbol = "BTCUSDT", Symbol = "BTC/USDT", BaseAsset = "BTC", QuoteAsset = "USDT" }, Interval.OneMinute);
        var quotes = bars[..Chunk].Select(bar => new PriceQuote(
            series,
            new CandleValues
            {
                OpenMs = bar.OpenMs,
                Open = Math.Round((decimal)bar.Open, 2),
                High = Math.Round((decimal)bar.High, 2),
                Low = Math.Round((decimal)bar.Low, 2),
                Close = Math.Round((decimal)bar.Close, 2),
                Volume = Math.Round((decimal)bar.Volume, 5),
                IsClosed = true,
            },
            QuoteSource.Stream,
            DateTimeOffset.UnixEpoch)).ToArray();
        var least = double.PositiveInfinity;
        var sum = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (ref readonly var quote in quotes.AsSpan())
            {
                sum += new Bar(quote).Close;
            }

            least = Math.Min(least, Stopwatch.GetElapsedTime(started).TotalNanoseconds / Chunk);
        }

        Console.WriteLine($"\nA PriceQuote becomes a bar of doubles, once for all indicators: {Text(least)} ns{(double.IsNaN(sum) ? "!" : "")}");
    }

    /// <summary>A series of numbers at once (<see cref="Indicator.Compute(ReadOnlySpan{double}, Span{double})"/>) beside one by one.</summary>
    private static void AtOnce(Bar[] bars)
    {
        var closes = bars.Select(bar => bar.Close).Take(Chunk).ToArray();
        var output = new double[Chunk];
        Console.WriteLine("\n| a series at once | ns a number | one by one |\n|---|---|---|");
        foreach (var specification in (string[])["sma:20", "sma:64", "wma:20", "mom:10", "roc:10"])
        {
            var (atOnce, oneByOne) = (IndicatorCatalog.Parse(specification), IndicatorCatalog.Parse(specification));
            var (least, single) = (double.PositiveInfinity, double.PositiveInfinity);
            for (var round = -Rounds; round < Rounds; round++)
            {
                if (round == 0)
                {
                    Thread.Sleep(ForCompiler);
                    (least, single) = (double.PositiveInfinity, double.PositiveInfinity);
                }

                var started = Stopwatch.GetTimestamp();
                atOnce.Compute(closes, output);
                least = Math.Min(least, Stopwatch.GetElapsedTime(started).TotalNanoseconds / Chunk);
                started = Stopwatch.GetTimestamp();
                for (var index = 0; index < closes.Length; index++)
                {
                    output[index] = oneByOne.Add(closes[index]);
                }

                single = Math.Min(single, Stopwatch.GetElapsedTime(started).TotalNanoseconds / Chunk);
            }

            Console.WriteLine($"| `{specification}` | {Text(least)} | {Text(single)} |");
        }
    }

    private static SortedDictionary<string, double> EachKind(Bar[] bars)
    {
        var kinds = IndicatorCatalog.All;
        var least = Least([.. kinds.Select(kind => kind.Make())], bars, RoundsOfAll);
        var costs = new SortedDictionary<string, double>(kinds.Select((kind, index) => (kind.Name, least[index])).ToDictionary(), StringComparer.Ordinal);
        Console.WriteLine($"\n{kinds.Count} kinds, ns a bar: {Text(least.Sum())} together, patterns {Text(kinds.Zip(least).Where(pair => pair.First.Group == IndicatorGroup.Pattern).Sum(pair => pair.Second))}. The dearest:");
        foreach (var (name, cost) in costs.OrderByDescending(pair => pair.Value).Take(25))
        {
            Console.WriteLine($"  {name,-16}{Text(cost),8}");
        }

        return costs;
    }

    private static void AllInOnePass(Bar[] bars)
    {
        var all = IndicatorCatalog.All.Select(kind => kind.Make()).ToArray();
        Pass(all, bars.AsSpan(0, 100_000)); // so that the compiler is done
        foreach (var indicator in all)
        {
            indicator.Reset();
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var cpu = ThreadTime();
        var started = Stopwatch.GetTimestamp();
        Pass(all, bars);
        var (wall, used) = (Stopwatch.GetElapsedTime(started), ThreadTime() - cpu);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nAll {all.Length} in one pass over {bars.Length} bars: {used.TotalSeconds:0.00} s of the thread ({wall.TotalSeconds:0.00} s by the clock), {(double)allocated / bars.Length:0.00} bytes a bar"));
    }

    private static void Pass(Indicator[] indicators, ReadOnlySpan<Bar> bars)
    {
        foreach (ref readonly var bar in bars)
        {
            foreach (var indicator in indicators)
            {
                indicator.Add(bar);
            }
        }
    }

    private static double[] Least(Indicator[] indicators, Bar[] bars, int rounds)
    {
        var least = new double[indicators.Length];
        for (var round = -WarmUps; round < rounds; round++)
        {
            if (round <= 0)
            {
                Array.Fill(least, double.PositiveInfinity);
                Thread.Sleep(ForCompiler);
            }

            var part = bars.AsSpan(Math.Abs(round) * Chunk % (bars.Length - Chunk), Chunk);
            for (var index = 0; index < indicators.Length; index++)
            {
                var indicator = indicators[index];
                var started = Stopwatch.GetTimestamp();
                foreach (ref readonly var bar in part)
                {
                    indicator.Add(bar);
                }

                least[index] = Math.Min(least[index], Stopwatch.GetElapsedTime(started).TotalNanoseconds / Chunk);
            }
        }

        return least;
    }

    private static Bar[] Walk(int count)
    {
        var random = new Random(1);
        var bars = new Bar[count];
        var price = 100.0;
        for (var index = 0; index < count; index++)
        {
            var open = price;
            price *= 1 + (0.001 * ((2 * random.NextDouble()) - 1));
            var (high, low) = (Math.Max(open, price) * (1 + (0.0005 * random.NextDouble())), Math.Min(open, price) * (1 - (0.0005 * random.NextDouble())));
            bars[index] = new Bar(T0 + (index * 60_000L), open, high, low, price, 1 + (1000 * random.NextDouble())) { CloseMs = T0 + ((index + 1) * 60_000L) };
        }

        return bars;
    }

    private static string Cell(IReadOnlyDictionary<string, double> figures, string name) => figures.TryGetValue(name, out var figure) ? Text(figure) : "-";

    private static string Text(double figure) => figure.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OhlcvConnector.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Run it from within the repository.");
        }

        return folder.FullName;
    }

    private static TimeSpan ThreadTime()
    {
        const int ThreadCpu = 3; // CLOCK_THREAD_CPUTIME_ID
        return OperatingSystem.IsLinux() && ClockGetTime(ThreadCpu, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0)
            : Process.GetCurrentProcess().TotalProcessorTime;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
