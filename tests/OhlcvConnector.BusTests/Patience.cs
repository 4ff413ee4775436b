using System.Diagnostics;

namespace OhlcvConnector.BusTests;

/// <summary>Waits for what other programs do: looks again and again, for as long as a busy machine may need.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task UntilAsync(Func<bool> condition, Func<string> because)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            if (watch.Elapsed > Limit)
            {
                throw new TimeoutException($"Not within {Limit}: {because()}");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
