using System.Diagnostics;
using OhlcvConnector.Benchmarks.Ingest;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>Says when messages are due, in bursts of so many, on a thread of its own that sleeps in between.</summary>
/// <param name="perSecond">Messages a second; 0 for none.</param>
/// <param name="burst">Messages that are due at one moment.</param>
internal sealed class Pace(int perSecond, int burst)
{
    private static readonly TimeSpan MaxBehind = TimeSpan.FromMilliseconds(100);

    private long _offered;

    /// <summary>How many were due so far.</summary>
    public long Offered => Volatile.Read(ref _offered);

    /// <summary>Calls for each burst, with the number of its first message. What could not be kept up with for longer is left out, and not offered.</summary>
    public void Start(Action<long, int> due)
    {
        if (perSecond > 0)
        {
            new Thread(() => Run(due)) { IsBackground = true }.Start();
        }
    }

    private void Run(Action<long, int> due)
    {
        var between = TimeSpan.FromSeconds(burst / (double)perSecond);
        var start = Stopwatch.GetTimestamp();
        for (var next = TimeSpan.Zero; ; next += between)
        {
            var early = next - Stopwatch.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
            {
                LoadServer.Sleep(early);
            }
            else if (early < -MaxBehind)
            {
                next -= early;
            }

            due(_offered, burst);
            Volatile.Write(ref _offered, _offered + burst);
        }
    }
}
