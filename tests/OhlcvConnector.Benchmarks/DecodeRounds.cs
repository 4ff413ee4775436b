using System.Diagnostics;
using System.Globalization;

namespace OhlcvConnector.Benchmarks;

/// <summary>
/// The ways of <see cref="DecodeBenchmark"/> in turn, many short rounds of each, so that a busy machine disturbs all alike; the least and the median count.
/// </summary>
/// <remarks><c>dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- decode</c></remarks>
internal static class DecodeRounds
{
    private const int Rounds = 80;
    private const int WarmUp = 30;
    private const int Repeats = 10;

    public static int Run()
    {
        Console.WriteLine("| venue | reader and number parser, ns least/median | product, ns least/median | ratio of least/median | bytes |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var venue in new[] { "binance", "okx", "bybit", "gateio", "hyperliquid" })
        {
            var benchmark = new DecodeBenchmark { Venue = venue };
            benchmark.Setup();
            var (baseline, product, bytes) = (new List<double>(), new List<double>(), 0L);
            for (var round = 0; round < Rounds; round++)
            {
                baseline.Add(Time(benchmark.Utf8JsonReaderAndUtf8Parser));
                var before = GC.GetAllocatedBytesForCurrentThread();
                product.Add(Time(benchmark.Product));
                bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            }

            var (b, p) = (baseline.Skip(WarmUp).Order().ToList(), product.Skip(WarmUp).Order().ToList());
            var middle = b.Count / 2;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {venue} | {b[0]:F0}/{b[middle]:F0} | {p[0]:F0}/{p[middle]:F0} | {p[0] / b[0]:F2}/{p[middle] / b[middle]:F2} | {bytes / Repeats / DecodeBenchmark.Frames} |"));
        }

        return 0;
    }

    private static double Time(Func<long> decode)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Repeats; i++)
        {
            decode();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Repeats / DecodeBenchmark.Frames;
    }
}
