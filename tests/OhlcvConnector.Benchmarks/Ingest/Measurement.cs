using System.Diagnostics;
using System.Text.Json;

namespace OhlcvConnector.Benchmarks.Ingest;

/// <summary>What one run cost the process that ran it, in its second half.</summary>
/// <param name="Messages">Messages that came over the wire.</param>
/// <param name="Delivered">Those that reached the reader; open candles may be replaced by newer ones before.</param>
/// <param name="Seconds">How long it was measured.</param>
/// <param name="CpuMicroseconds">User and system time of the process.</param>
/// <param name="AllocatedBytes">Managed bytes allocated.</param>
/// <param name="ResidentMegabytes">Resident memory at the end.</param>
/// <param name="P50">Median age of a message when the reader has it, microseconds.</param>
/// <param name="P99">99th percentile of the same.</param>
internal sealed record Measurement(
    long Messages, long Delivered, double Seconds, double CpuMicroseconds, long AllocatedBytes, double ResidentMegabytes, double P50, double P99)
{
    public double CpuPerMessage => CpuMicroseconds / Messages;

    public double BytesPerMessage => (double)AllocatedBytes / Messages;

    public string ToLine() => JsonSerializer.Serialize(this);

    public static Measurement FromLine(string line) => JsonSerializer.Deserialize<Measurement>(line)!;
}

/// <summary>Told of every message that arrives; leaves out the first half of its time, and ends it.</summary>
/// <param name="seconds">How long it takes in all.</param>
/// <param name="countsNumbers">Whether the messages' numbers say how many came; not so where several connections have numbers of their own.</param>
internal sealed class Meter(double seconds, bool countsNumbers)
{
    private const int NanosecondsPerBucket = 250;

    private readonly int[] _ages = new int[400_000]; // up to 100 ms
    private readonly long _start = Stopwatch.GetTimestamp();
    private Measurement? _result;
    private bool _measuring;
    private long _measuredFrom;
    private long _firstNumber;
    private long _lastNumber;
    private long _delivered;
    private TimeSpan _cpu;
    private long _allocated;

    /// <summary>A message arrived; false when the run is over.</summary>
    public bool Arrived(long number, decimal quoteVolume)
    {
        _lastNumber = Math.Max(_lastNumber, number);
        if (!_measuring)
        {
            if (Stopwatch.GetElapsedTime(_start).TotalSeconds > seconds / 2)
            {
                Begin();
            }

            return true;
        }

        _delivered++;
        _ages[Math.Min(LoadFrames.AgeOf(quoteVolume) / NanosecondsPerBucket, _ages.Length - 1)]++;
        if ((_delivered & 15) != 0 || Stopwatch.GetElapsedTime(_start).TotalSeconds < seconds)
        {
            return true;
        }

        _result = Now(); // before the client says goodbye, which takes a second where nobody answers
        return false;
    }

    public Measurement End() => _result ?? Now();

    private Measurement Now() => new(
        countsNumbers ? _lastNumber - _firstNumber : _delivered,
        _delivered,
        Stopwatch.GetElapsedTime(_measuredFrom).TotalSeconds,
        (Environment.CpuUsage.TotalTime - _cpu).TotalMicroseconds,
        GC.GetTotalAllocatedBytes() - _allocated,
        Environment.WorkingSet / 1e6,
        Percentile(0.5),
        Percentile(0.99));

    private void Begin()
    {
        _measuring = true;
        _firstNumber = _lastNumber;
        _cpu = Environment.CpuUsage.TotalTime;
        _allocated = GC.GetTotalAllocatedBytes();
        _measuredFrom = Stopwatch.GetTimestamp();
    }

    private double Percentile(double part)
    {
        var left = (long)(_delivered * part);
        for (var i = 0; i < _ages.Length; i++)
        {
            left -= _ages[i];
            if (left < 0)
            {
                return i * NanosecondsPerBucket / 1000.0;
            }
        }

        return double.PositiveInfinity;
    }
}
