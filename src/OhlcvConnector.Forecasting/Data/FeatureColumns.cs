using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Forecasting.Data;

/// <summary>Features of candles as numbers, by their specifications. Every number of a candle is made of that candle and earlier ones.</summary>
internal static class FeatureColumns
{
    private const double Day = 86_400_000;
    private const int ProfileRows = 50;

    /// <summary>Calculates a feature: one or two columns with a number for each candle, NaN where there is none.</summary>
    /// <exception cref="ForecastException">The specification means nothing.</exception>
    public static IReadOnlyList<(string Name, double[] Values)> Of(string specification, ForecastSeries series)
    {
        var words = specification.Trim().ToLowerInvariant().Split(':');
        return words[0] switch
        {
            "return" => [(specification, Returns(series.Bars, Length(words, 1, specification)))],
            "range" => [(specification, Each(series, bar => Math.Log(bar.High / bar.Low)))],
            "body" => [(specification, Each(series, bar => Math.Log(bar.Close / bar.Open)))],
            "volume" => [(specification, Volumes(series.Bars, words.Length > 1 ? Length(words, 1, specification) : 20))],
            "hour" => Circle(specification, Each(series, bar => bar.OpenMs / Day)),
            "weekday" => Circle(specification, Each(series, bar => bar.OpenMs / (7 * Day))),
            "profile" => [(specification, Profile(series.Bars, Length(words, 1, specification)))],
            "other" when words.Length == 3 =>
                [(specification, Other(series, specification.Trim().Split(':')[1], Length(words, 2, specification), specification))],
            _ => Indicators(specification, series),
        };
    }

    private static int Length(string[] words, int at, string specification) =>
        words.Length == at + 1 && int.TryParse(words[at], out var length) && length is >= 1 and <= 10_000
            ? length
            : throw new ForecastException($"The feature '{specification}' needs a number of candles at its end, from 1 to 10000, as in {words[0]}:20.");

    private static double[] Each(ForecastSeries series, Func<Bar, double> number) => [.. series.Bars.Select(number)];

    private static double[] Returns(IReadOnlyList<Bar> bars, int length)
    {
        var values = new double[bars.Count];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = index < length ? double.NaN : Math.Log(bars[index].Close / bars[index - length].Close);
        }

        return values;
    }

    private static double[] Volumes(IReadOnlyList<Bar> bars, int length)
    {
        var values = new double[bars.Count];
        for (var index = length - 1; index < values.Length; index++)
        {
            var mean = 0.0;
            for (var at = index - length + 1; at <= index; at++)
            {
                mean += bars[at].Volume / length;
            }

            values[index] = mean > 0 ? Math.Log(1e-3 + (bars[index].Volume / mean)) : mean; // NaN where a volume is not known
        }

        values.AsSpan(0, Math.Min(length - 1, values.Length)).Fill(double.NaN);
        return values;
    }

    private static (string Name, double[] Values)[] Circle(string name, double[] turns) =>
    [
        (name + ".sin", [.. turns.Select(turn => Math.Sin(2 * Math.PI * (turn - Math.Floor(turn))))]),
        (name + ".cos", [.. turns.Select(turn => Math.Cos(2 * Math.PI * (turn - Math.Floor(turn))))]),
    ];

    /// <summary>The distance of the close to the point of control of the last candles, in rows of a 50th of their range: of nothing before them.</summary>
    private static double[] Profile(IReadOnlyList<Bar> bars, int length)
    {
        var all = bars.ToArray();
        var values = new double[all.Length];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = index + 1 >= length && VolumeProfile.Of(all.AsSpan(index + 1 - length, length), ProfileRows).ValueArea() is { } area
                ? Math.Log(all[index].Close / area.Control.Price)
                : double.NaN;
        }

        return values;
    }

    private static double[] Other(ForecastSeries series, string name, int length, string specification)
    {
        if (!series.Others.TryGetValue(name, out var other))
        {
            throw new ForecastException(
                $"The feature '{specification}' needs the series '{name}'"
                + (series.Others.Count == 0 ? ", and no other series was given." : $"; there are {string.Join(", ", series.Others.Keys)}."));
        }

        var returns = Returns(other, length);
        var values = new double[series.Bars.Count];
        for (var (index, at) = (0, -1); index < values.Length; index++)
        {
            while (at + 1 < other.Count && series.CloseOf(other[at + 1]) <= series.CloseOf(series.Bars[index]))
            {
                at++;
            }

            values[index] = at < 0 ? double.NaN : returns[at];
        }

        return values;
    }

    /// <summary>Any indicator; what behaves as a price is its distance to the close, what behaves as a difference of prices is a share of it.</summary>
    private static (string Name, double[] Values)[] Indicators(string specification, ForecastSeries series)
    {
        IndicatorSet set;
        try
        {
            set = IndicatorSet.Parse(specification);
        }
        catch (InvalidSettingException exception)
        {
            throw new ForecastException(
                $"'{specification}' is no feature. Features are return:N, range, body, volume:N, hour, weekday, profile:N, other:NAME:N, and indicators: {exception.Message}",
                exception);
        }

        var kind = set.Indicators[0].Kind;
        if (kind.Repaints)
        {
            throw new ForecastException($"{kind.Name} changes its past when later candles come, and is no feature.");
        }

        var columns = set.Columns.Select(name => (name, Values: new double[series.Bars.Count])).ToArray();
        var row = new double[columns.Length];
        for (var index = 0; index < series.Bars.Count; index++)
        {
            var bar = series.Bars[index] with { CloseMs = series.CloseOf(series.Bars[index]) };
            set.Add(bar);
            set.Read(row);
            for (var column = 0; column < row.Length; column++)
            {
                columns[column].Values[index] = kind.Scaling == PriceScaling.Price ? Math.Log(bar.Close / row[column])
                    : kind.Scaling.HasFlag(PriceScaling.Proportional) ? row[column] / bar.Close
                    : row[column];
            }
        }

        return columns;
    }
}
