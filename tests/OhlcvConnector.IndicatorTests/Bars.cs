using OhlcvConnector.Indicators;

namespace OhlcvConnector.IndicatorTests;

/// <summary>Bars to run indicators through: seeded walks and hostile ones.</summary>
internal static class Bars
{
    private const long Minute = 60_000;
    private const long T0 = 1_767_225_600_000; // 2026-01-01

    /// <summary>A random walk of minutes.</summary>
    public static Bar[] Walk(int count, int seed = 1, double price = 100, double step = 0.01)
    {
        var random = new Random(seed);
        var bars = new Bar[count];
        for (var index = 0; index < count; index++)
        {
            var open = price;
            price *= 1 + (step * ((2 * random.NextDouble()) - 1));
            var high = Math.Max(open, price) * (1 + (step * random.NextDouble() / 2));
            var low = Math.Min(open, price) * (1 - (step * random.NextDouble() / 2));
            bars[index] = new Bar(T0 + (index * Minute), open, high, low, price, Math.Round(1 + (1000 * random.NextDouble()), 3));
        }

        return bars;
    }

    /// <summary>The same price for ever.</summary>
    public static Bar[] Flat(int count, double price = 100, double volume = 5) =>
        [.. Enumerable.Range(0, count).Select(index => new Bar(T0 + (index * Minute), price, price, price, price, volume))];

    /// <summary>Walks that stand still for a while, jump, trade nothing, and go straight up and down: what divides by nothing.</summary>
    public static Bar[] Hostile(int count)
    {
        var walk = Walk(count, seed: 7);
        for (var index = 0; index < count; index++)
        {
            var bar = walk[index];
            var price = bar.Close;
            walk[index] = ((index / 50) % 8) switch
            {
                1 => bar.Flat(250),
                2 => bar with { Volume = 0 },
                3 => bar.Flat(250) with { Volume = 0 },
                4 => bar.Flat(1000 + index),
                5 => bar.Flat(5000 - index),
                6 => index % 2 == 0 ? bar.Flat(1e-8) : bar.Flat(1e6),
                _ => bar,
            };
        }

        return walk;
    }

    public static Bar[] Scaled(IEnumerable<Bar> bars, double factor, double shift = 0) => [.. bars.Select(bar => bar with
    {
        Open = (bar.Open * factor) + shift,
        High = (bar.High * factor) + shift,
        Low = (bar.Low * factor) + shift,
        Close = (bar.Close * factor) + shift,
    })];
}
