using OhlcvConnector.Forecasting.Data;
using OhlcvConnector.Forecasting.Models;

namespace OhlcvConnector.Forecasting.Evaluation;

/// <summary>The forecasts of a model over a test, and their scores.</summary>
internal sealed class TestedForecasts(string name, ForecastTarget target, IReadOnlyList<double> levels)
{
    private readonly List<double> _points = [];
    private readonly List<double[]> _bands = [];

    public string Name { get; } = name;

    public IReadOnlyList<double> Points => _points;

    public IReadOnlyList<double[]> Bands => _bands;

    public void Add(FittedModel model, Samples samples, int[] indexes)
    {
        foreach (var index in indexes)
        {
            var (point, band) = model.Predict(samples, index);
            _points.Add(point);
            _bands.Add(band);
        }
    }

    /// <summary>Takes forecasts that were made before.</summary>
    public void Add(IEnumerable<double> points, IEnumerable<double[]> bands)
    {
        _points.AddRange(points);
        _bands.AddRange(bands);
    }

    public double[] Errors(double[] actual) => [.. _points.Zip(actual, (point, value) => point - value)];

    /// <summary>The direction that a number means: 1, -1, or 0 for none.</summary>
    public static int Direction(ForecastTarget target, double value) =>
        target == ForecastTarget.Volatility ? 0 : Math.Sign(target == ForecastTarget.Direction ? value - 0.5 : value);

    public ForecastScore Score(double[] actual, double scale)
    {
        var errors = Errors(actual);
        var (hits, taken) = (0, 0);
        for (var index = 0; index < actual.Length; index++)
        {
            var (said, came) = (Direction(target, _points[index]), Direction(target, actual[index]));
            taken += said != 0 && came != 0 ? 1 : 0;
            hits += said != 0 && said == came ? 1 : 0;
        }

        (double Low, double High)? interval = taken > 0 ? Statistics.Wilson(hits, taken) : null;
        var hasBand = _bands[0].Length > 0;
        return new ForecastScore(
            Name, errors.Average(Math.Abs), Math.Sqrt(errors.Average(error => error * error)), scale > 0 ? errors.Average(Math.Abs) / scale : 0,
            taken > 0 ? (double)hits / taken : null, interval?.Low, interval?.High,
            hasBand ? levels.Average(level => Pinball(level, actual)) : null,
            hasBand && levels.Count > 1 ? _bands.Where((band, index) => actual[index] >= band[0] && actual[index] <= band[^1]).Count() / (double)actual.Length
                : null);
    }

    public IReadOnlyList<CalibrationPoint> Calibration(double[] actual)
    {
        if (target == ForecastTarget.Direction)
        {
            const int Bins = 10;
            return
            [
                .. _points.Zip(actual).GroupBy(pair => Math.Min(Bins - 1, (int)(pair.First * Bins))).OrderBy(bin => bin.Key)
                    .Select(bin => new CalibrationPoint(bin.Average(pair => pair.First), bin.Average(pair => pair.Second), bin.Count())),
            ];
        }

        return _bands[0].Length == 0
            ? []
            : [.. levels.Select((level, at) => new CalibrationPoint(
                level, _bands.Where((band, index) => actual[index] <= band[at]).Count() / (double)actual.Length, actual.Length))];
    }

    /// <summary>Follows the forecasts, once a horizon.</summary>
    public FollowedForecasts? Follow(FeatureTable table, int[] indexes, double cost)
    {
        if (target == ForecastTarget.Volatility)
        {
            return null;
        }

        var (bars, horizon) = (table.Series.Bars, table.Definition.Horizon);
        var (sum, position, changes, next) = (0.0, 0, 0, 0);
        for (var at = 0; at < indexes.Length; at++)
        {
            if (indexes[at] < next)
            {
                continue;
            }

            var wanted = Direction(target, _points[at]);
            changes += wanted != position ? 1 : 0;
            sum -= cost * Math.Abs(wanted - position);
            position = wanted;
            next = indexes[at] + horizon;
            sum += position * Math.Log(bars[next].Close / bars[indexes[at]].Close);
        }

        var hold = Math.Log(bars[indexes[^1] + horizon].Close / bars[indexes[0]].Close) - (2 * cost);
        return new FollowedForecasts(cost, changes, sum - (cost * Math.Abs(position)), hold);
    }

    private double Pinball(double level, double[] actual)
    {
        var at = levels.ToList().IndexOf(level);
        return _bands.Select((band, index) => Statistics.Pinball(level, band[at], actual[index])).Average();
    }
}
