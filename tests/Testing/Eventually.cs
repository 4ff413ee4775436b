using System.Diagnostics;

namespace OhlcvConnector.Testing;

/// <summary>Waits for what happens on other threads: looks again and again, and fails with the reason after a generous time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    public static Task TrueAsync(Func<bool> condition, string because) => TrueAsync(condition, () => because);

    public static async Task TrueAsync(Func<bool> condition, Func<string> because)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException($"Not within {Patience.TotalSeconds} s: {because()}");
            }

            using var timer = new PeriodicTimer(Step);
            await timer.WaitForNextTickAsync();
        }
    }
}
