using System.Diagnostics;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Forecasting.Onnx;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Benchmarks.Forecasting;

/// <summary>What training takes, and a forecast, of a random walk: the models are as large whatever they learn.</summary>
internal static class ForecastRounds
{
    private const int Hours = 5000;
    private const long Hour = 3_600_000;

    public static int Run()
    {
        var series = Series(seed: 1, Hours);
        var lstm = new ForecastDefinition { Epochs = 20, Patience = 20 };
        Console.WriteLine("| what | took |");
        Console.WriteLine("|---|---|");
        foreach (var (what, definition, threads) in new (string, ForecastDefinition, int)[]
        {
            ("lstm, window 30, width 32, 20 epochs, one thread", lstm, 1), ("the same, two threads", lstm, 2),
            ("tcn, the same, one thread", lstm with { Model = "tcn" }, 1), ("ridge, window 30", lstm with { Model = "ridge" }, 1),
            ("trees, the same", lstm with { Model = "trees" }, 1),
        })
        {
            var began = Stopwatch.GetTimestamp();
            var trained = ForecastModel.Train("one", definition, series, evaluation: null, new TrainingOptions { Threads = threads });
            Row($"train on {Hours} hours: {what}", Stopwatch.GetElapsedTime(began).TotalSeconds, "s");
            if (threads == 1)
            {
                Predict(what, trained);
                Predict($"by ONNX, {what}", Brought(trained, series));
            }
        }

        var start = Stopwatch.GetTimestamp();
        _ = WalkForward.Evaluate(new ForecastDefinition(), Series(seed: 2, 3000));
        Row("evaluate with defaults on 3,000 hours", Stopwatch.GetElapsedTime(start).TotalSeconds, "s");
        return 0;
    }

    /// <summary>Forecasts of 500 series, each from 300 candles, features and all.</summary>
    private static void Predict(string what, ForecastModel model)
    {
        var all = Enumerable.Range(0, 500).Select(seed => Series(seed, 300)).ToList();
        var took = new List<double>();
        foreach (var one in all.Take(50).Concat(all)) // the first warm the code up
        {
            var began = Stopwatch.GetTimestamp();
            _ = model.Predict(one);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        var sorted = took.Skip(50).Order().ToList();
        Row($"forecast a series from 300 candles, median ({what})", sorted[250], "ms");
        Row("99 of 100 within", sorted[494], "ms");
        Row("500 series, one after the other", sorted.Sum(), "ms");
    }

    /// <summary>The same model as an ONNX network, run by ONNX Runtime on one thread.</summary>
    private static ForecastModel Brought(ForecastModel model, ForecastSeries series)
    {
        using var file = new MemoryStream();
        model.WriteOnnx(file);
        var until = DateTimeOffset.FromUnixTimeMilliseconds(series.Bars[Hours - 100].OpenMs);
        return ForecastModel.Bring(
            "onnx", model.Card.Definition with { Model = "onnx" }, file.ToArray(), new OnnxNetworks(), series, until, evaluation: null);
    }

    private static void Row(string what, double value, string unit) => Console.WriteLine(FormattableString.Invariant($"| {what} | {value:0.00} {unit} |"));

    private static ForecastSeries Series(int seed, int count)
    {
        var random = new Random(seed);
        var close = 100.0;
        return new ForecastSeries($"walk {seed}", Interval.OneHour, [.. Enumerable.Range(0, count).Select(index =>
        {
            var open = close;
            close *= Math.Exp(0.01 * (random.NextDouble() - 0.5));
            return new Bar(1_700_000_000_000 / Hour * Hour + (index * Hour), open, Math.Max(open, close) * 1.001, Math.Min(open, close) * 0.999, close, 100);
        })]);
    }
}
