using System.Diagnostics;

namespace OhlcvConnector.Benchmarks;

/// <summary>
/// What <see cref="TradesBenchmark"/> takes of the processor, round by round, so that it counts what is done here and not what others do meanwhile.
/// </summary>
internal static class TradesRounds
{
    private const int Rounds = 60;
    private const int Warm = 20;

    public static int Run()
    {
        using var process = Process.GetCurrentProcess();
        foreach (var venue in (string[])["gateio", "hyperliquid"])
        {
            var benchmark = new TradesBenchmark { Venue = venue };
            benchmark.Setup();
            var rounds = new List<double>();
            var allocated = 0L;
            for (var round = 0; round < Rounds; round++)
            {
                var bytes = GC.GetAllocatedBytesForCurrentThread();
                process.Refresh();
                var before = process.TotalProcessorTime;
                for (var again = 0; again < 10; again++)
                {
                    benchmark.All();
                }

                process.Refresh();
                if (round >= Warm)
                {
                    allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
                    rounds.Add((process.TotalProcessorTime - before).TotalNanoseconds / (10.0 * TradesBenchmark.Trades));
                }
            }

            rounds.Sort();
            Console.WriteLine(FormattableString.Invariant($"{venue}: {rounds[0]:F0} to {rounds[^1]:F0} ns of CPU a trade, median {rounds[rounds.Count / 2]:F0} ns; {allocated / (double)(rounds.Count * 10L * TradesBenchmark.Trades):F4} bytes a trade"));
        }

        return 0;
    }
}
