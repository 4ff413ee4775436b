using OhlcvConnector.Forecasting.Data;
using OhlcvConnector.Forecasting.Models;

namespace OhlcvConnector.Forecasting;

/// <summary>The hunt for look-ahead: features and forecasts at a candle must be the same when all later candles are cut off.</summary>
public static class LookAhead
{
    /// <summary>Cuts candles off and compares.</summary>
    /// <param name="definition">What to check.</param>
    /// <param name="series">The candles.</param>
    /// <param name="cuts">Moments to cut at, spread over the candles.</param>
    /// <returns>What differs, in words; null where nothing does.</returns>
    public static string? Find(ForecastDefinition definition, ForecastSeries series, int cuts = 20)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(series);
        return Find(definition, series, cuts, FeatureTable.Of);
    }

    /// <summary>Cuts candles off and compares, with a table of the caller's.</summary>
    internal static string? Find(ForecastDefinition definition, ForecastSeries series, int cuts, Func<ForecastDefinition, ForecastSeries, FeatureTable> make)
    {
        var whole = make(definition, series);
        var examples = whole.Examples();
        var model = FittedModel.Fit(
            whole, examples, new TrainingOptions(), definition with { Epochs = 1 }, checkpoint: null, CancellationToken.None);
        var samples = new Samples(whole, model.Scaler);
        for (var cut = 1; cut <= cuts; cut++)
        {
            var last = examples[(int)((long)(examples.Length - 1) * cut / cuts)];
            var known = make(definition, series.Until(last + 1));
            for (var column = 0; column < whole.Columns.Count; column++)
            {
                if (!whole.Columns[column][last].Equals(known.Columns[column][last]))
                {
                    return $"the feature {whole.Names[column]} of candle {last + 1} is {whole.Columns[column][last]:R}, and {known.Columns[column][last]:R} when nothing later is known";
                }
            }

            var (full, prefix) = (model.Predict(samples, last).Point, model.Predict(new Samples(known, model.Scaler), last).Point);
            if (!full.Equals(prefix))
            {
                return $"the forecast of candle {last + 1} is {full:R}, and {prefix:R} when nothing later is known";
            }
        }

        return null;
    }
}
