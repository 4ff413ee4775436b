using System.Diagnostics;
using System.Text.Json;
using OhlcvConnector.Benchmarks.Ingest;

namespace OhlcvConnector.Benchmarks.Shape;

/// <summary>What a client cost after its warm-up.</summary>
/// <param name="Seconds">How long it was measured.</param>
/// <param name="Messages">Messages that reached the reader.</param>
/// <param name="CpuMicroseconds">User and system time.</param>
/// <param name="WakeUps">Times that one of its threads waited and was woken.</param>
/// <param name="ResidentMegabytes">Resident memory at the end.</param>
/// <param name="Threads">Threads at the end.</param>
/// <param name="P50">Median age of a message, microseconds.</param>
/// <param name="P99">99th percentile of the same.</param>
internal sealed record ShapeCost(
    double Seconds, long Messages, double CpuMicroseconds, long WakeUps, double ResidentMegabytes, int Threads, double P50, double P99);

/// <summary>Measures this process after a warm-up, and how old the messages are that it is told of, from any thread.</summary>
internal sealed class ShapeMeter
{
    private const int MicrosecondsPerBucket = 1;

    private readonly int[] _ages = new int[200_000];
    private volatile bool _isMeasuring;

    /// <summary>A message arrived, by its base volume.</summary>
    public void Arrived(decimal volume)
    {
        if (_isMeasuring)
        {
            Interlocked.Increment(ref _ages[Math.Clamp(LoadFrames.AgeOf(volume) / 1_000 / MicrosecondsPerBucket, 0, _ages.Length - 1)]);
        }
    }

    /// <summary>Something arrived of which nobody reads what it is.</summary>
    public void Arrived()
    {
        if (_isMeasuring)
        {
            Interlocked.Increment(ref _ages[0]);
        }
    }

    /// <summary>
    /// Waits for the warm-up to end, measures so long, writes the result, and ends the process: connections that say goodbye take their time.
    /// </summary>
    public async Task MeasureAsync(TimeSpan warmUp, TimeSpan time)
    {
        await Task.Delay(warmUp);
        var (cpu, wakeUps, start) = (Environment.CpuUsage.TotalTime, WakeUps(), Stopwatch.GetTimestamp());
        _isMeasuring = true;
        await Task.Delay(time);
        _isMeasuring = false;
        var cost = new ShapeCost(
            Stopwatch.GetElapsedTime(start).TotalSeconds, _ages.Sum(count => (long)count), (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds,
            WakeUps() - wakeUps, Environment.WorkingSet / 1e6, Process.GetCurrentProcess().Threads.Count, Percentile(0.5), Percentile(0.99));
        Console.WriteLine(JsonSerializer.Serialize(cost));
        Environment.Exit(0);
    }

    private static long WakeUps() => Directory.EnumerateDirectories("/proc/self/task").Sum(thread =>
        File.ReadLines(Path.Combine(thread, "status")).Where(line => line.StartsWith("voluntary_ctxt_switches", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1), System.Globalization.CultureInfo.InvariantCulture)));

    private double Percentile(double part)
    {
        var left = (long)(_ages.Sum(count => (long)count) * part);
        for (var i = 0; i < _ages.Length; i++)
        {
            left -= _ages[i];
            if (left < 0)
            {
                return i * MicrosecondsPerBucket;
            }
        }

        return 0; // nothing came
    }
}
