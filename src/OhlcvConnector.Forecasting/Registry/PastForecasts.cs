using OhlcvConnector.Forecasting.Data;
using OhlcvConnector.Forecasting.Evaluation;

namespace OhlcvConnector.Forecasting;

/// <summary>
/// Forecasts of candles of the past that a backtest may use: none of a model that was trained on the candles which it forecasts. Each is known at the close of
/// its candle.
/// </summary>
public sealed class PastForecasts
{
    private readonly Dictionary<long, PastForecast> _forecasts;

    private PastForecasts(Dictionary<long, PastForecast> forecasts) => _forecasts = forecasts;

    /// <summary>Number of candles that are forecast.</summary>
    public int Count => _forecasts.Count;

    /// <summary>The forecast at the close of a candle; null where there is none.</summary>
    /// <param name="openMs">Open time of the candle, Unix epoch milliseconds UTC.</param>
    public PastForecast? At(long openMs) => _forecasts.TryGetValue(openMs, out var found) ? found : null;

    /// <summary>What a model says of candles that came after its training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="series">The candles.</param>
    /// <param name="fromMs">Open time of the first that is forecast; those before it are for the features alone. Unix epoch milliseconds UTC.</param>
    /// <param name="isForced">True to forecast also candles of its training, whose answers it knows.</param>
    /// <exception cref="ForecastException">Candles are of the time of its training, or do not fit the model.</exception>
    public static PastForecasts Of(ForecastModel model, ForecastSeries series, long fromMs, bool isForced = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(series);
        var card = model.Card;
        var until = card.TrainedUntil ?? card.To;
        var seen = series.Bars.Count(bar => bar.OpenMs >= fromMs && bar.OpenMs <= until.ToUnixTimeMilliseconds());
        if (seen > 0 && !isForced)
        {
            throw new ForecastException(
                $"The model {card.Name} {card.Version} was trained on candles until {until:u}, and {seen} of these are of that time or before it: it knows what came after them. Take candles after {until:u}, or forecasts walk-forward.");
        }

        var beats = card.Evaluation?.BeatsNaive == true;
        return new PastForecasts(model.PredictAll(series, fromMs).ToDictionary(one => one.OpenMs, one => new PastForecast(one.Point, beats)));
    }

    /// <summary>
    /// What models of a definition would have said that were each trained on the candles before: walk-forward, as in an evaluation. Whether they beat no change
    /// is what was known by then, of the parts before.
    /// </summary>
    /// <param name="definition">The definition.</param>
    /// <param name="series">The candles.</param>
    /// <param name="options">How; null for the usual.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForecastException">The candles are too few or do not fit; the message says how many are needed.</exception>
    public static PastForecasts WalkForward(
        ForecastDefinition definition, ForecastSeries series, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(series);
        options ??= new EvaluationOptions();
        var table = FeatureTable.Of(definition, series);
        var (tested, indexes, naive) = Forecasting.WalkForward.Test(table, options, cancellationToken);
        double[] actual = [.. indexes.Select(index => table.Targets[index])];
        var (errors, plain) = (tested.Errors(actual), naive.Errors(actual));
        var forecasts = new Dictionary<long, PastForecast>();
        for (var fold = 0; fold < options.Folds; fold++)
        {
            var (begin, end) = (indexes.Length * fold / options.Folds, indexes.Length * (fold + 1) / options.Folds);
            var known = Math.Max(0, begin - definition.Horizon); // errors whose target had come by the first candle of the part
            var beats = known > 0 && Statistics.Skill(errors[..known], plain[..known], definition.Horizon, options.Drawings, definition.Seed).Low > 0;
            for (var at = begin; at < end; at++)
            {
                forecasts[series.Bars[indexes[at]].OpenMs] = new PastForecast(tested.Points[at], beats);
            }
        }

        return new PastForecasts(forecasts);
    }
}

/// <summary>A forecast of a candle of the past.</summary>
/// <param name="Point">The point, in its target's unit.</param>
/// <param name="BeatsNaive">Whether its model beat no change, by what was known then.</param>
public readonly record struct PastForecast(double Point, bool BeatsNaive);
