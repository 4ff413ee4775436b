using System.Diagnostics;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Benchmarks.Archiving;

/// <summary>What the rounds of the archive share.</summary>
internal static class Measuring
{
    /// <summary>How long something takes, by the clock and of this process's processor time.</summary>
    public static (double Seconds, double Cpu) Measure(Action work) => MeasureAsync(() =>
    {
        work();
        return Task.CompletedTask;
    }).GetAwaiter().GetResult();

    /// <summary>How long something takes, by the clock and of this process's processor time.</summary>
    public static async Task<(double Seconds, double Cpu)> MeasureAsync(Func<Task> work)
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await work().ConfigureAwait(false);
        return (watch.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
    }

    /// <summary>Keeps candles, so many a commit.</summary>
    public static async Task KeepAsync(ICandleArchive archive, PriceQuote[] candles, int batchSize)
    {
        for (var at = 0; at < candles.Length; at += batchSize)
        {
            await archive.AppendAsync(new ArraySegment<PriceQuote>(candles, at, Math.Min(batchSize, candles.Length - at)), []).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a line.</summary>
    public static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
