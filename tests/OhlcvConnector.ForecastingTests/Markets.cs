using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.ForecastingTests;

/// <summary>Series of which the best possible error is known.</summary>
internal static class Markets
{
    public const double Noise = 0.01;

    private const long Hour = 3_600_000;
    private const long Begin = 1_700_000_000_000 / Hour * Hour;

    /// <summary>Returns that are each the last one times a factor, and noise; of a factor of 0 a random walk.</summary>
    public static ForecastSeries Autoregressive(int count, double factor, int seed)
    {
        var random = new Random(seed);
        var last = 0.0;
        return Of("ar", Enumerable.Range(0, count).Select(_ => last = (factor * last) + (Noise * Normal(random))));
    }

    /// <summary>Returns that swing in a sine of a day, and noise.</summary>
    public static ForecastSeries Sine(int count, int seed)
    {
        var random = new Random(seed);
        return Of("sine", Enumerable.Range(0, count).Select(index => (Noise * Math.Sin(2 * Math.PI * index / 24)) + (Noise / 2 * Normal(random))));
    }

    /// <summary>Returns that hang on the last one, and swing more and less in days: something can be learnt of every target.</summary>
    public static ForecastSeries Restless(int count, int seed)
    {
        var random = new Random(seed);
        var last = 0.0;
        return Of("restless", Enumerable.Range(0, count).Select(
            index => last = (0.6 * last) + (Noise * (1.1 + Math.Sin(2 * Math.PI * index / 48)) * Normal(random))));
    }

    /// <summary>Candles of an hour with these returns.</summary>
    public static ForecastSeries Of(string name, IEnumerable<double> returns)
    {
        var close = 100.0;
        Bar[] bars = [.. returns.Select((change, index) =>
        {
            var open = close;
            close *= Math.Exp(change);
            return new Bar(Begin + (index * Hour), open, Math.Max(open, close) * 1.001, Math.Min(open, close) * 0.999, close, 100 + (index % 7));
        })];
        return new ForecastSeries(name, Interval.OneHour, bars);
    }

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
