namespace OhlcvConnector.Forecasting.Data;

/// <summary>
/// Features, and what is to be forecast, of each candle of a series, unscaled. A window with a number missing in it is no example, nor is a target over a gap
/// where gaps are not allowed; both are counted.
/// </summary>
internal sealed class FeatureTable
{
    private FeatureTable(ForecastDefinition definition, ForecastSeries series)
    {
        (Definition, Series) = (definition, series);
        var columns = definition.Features.SelectMany(
            feature => FeatureColumns.Of(feature, series), (feature, column) => (Feature: feature, column.Name, column.Values)).ToList();
        (Names, Columns) = ([.. columns.Select(column => column.Name)], [.. columns.Select(column => column.Values)]);
        Features = [.. columns.Select(column => column.Feature)];
        (Known, Targets, HasWindow) = (new double[series.Bars.Count], new double[series.Bars.Count], new bool[series.Bars.Count]);
    }

    public ForecastDefinition Definition { get; }

    public ForecastSeries Series { get; }

    /// <summary>Names of the columns; a feature can have two.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The feature of each column.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>The numbers by column and candle.</summary>
    public IReadOnlyList<double[]> Columns { get; }

    /// <summary>What the target would have been that ends with each candle: known then. NaN where there is none.</summary>
    public double[] Known { get; }

    /// <summary>What is to be forecast at each candle; NaN where it is not known yet or spans a gap.</summary>
    public double[] Targets { get; }

    /// <summary>Whether the window that ends with the candle is whole.</summary>
    public bool[] HasWindow { get; }

    /// <summary>Targets that were left out because they span a gap.</summary>
    public int TargetsOverGaps { get; private set; }

    /// <summary>Windows after the warm-up that lack a number.</summary>
    public int WindowsWithHoles { get; private set; }

    /// <summary>Candles before the first whole window.</summary>
    public int WarmUp { get; private set; }

    /// <summary>Calculates the table.</summary>
    /// <exception cref="ForecastException">The candles do not fit the definition.</exception>
    public static FeatureTable Of(ForecastDefinition definition, ForecastSeries series)
    {
        definition.Check();
        if (series.Bars.Count <= definition.Window)
        {
            throw TooFew(series, definition.Window + definition.Horizon);
        }

        series.Check(definition);
        var table = new FeatureTable(definition, series);
        table.FillTargets();
        table.FillWindows();
        return table;
    }

    /// <summary>The error of too few candles.</summary>
    public static ForecastException TooFew(ForecastSeries series, int needed) =>
        new($"{series.Name} has {series.Bars.Count} candles, and at least {needed} are needed: take a longer time, a shorter window or fewer folds.");

    /// <summary>Candles whose window is whole and whose target is known.</summary>
    public int[] Examples() => [.. Enumerable.Range(0, Targets.Length).Where(index => HasWindow[index] && double.IsFinite(Targets[index]))];

    private void FillTargets()
    {
        var (bars, horizon) = (Series.Bars, Definition.Horizon);
        var gaps = new int[bars.Count]; // gaps up to each candle
        for (var index = 1; index < bars.Count; index++)
        {
            gaps[index] = gaps[index - 1] + (bars[index].OpenMs > Series.Interval.NextMs(bars[index - 1].OpenMs) ? 1 : 0);
        }

        Array.Fill(Known, double.NaN);
        Array.Fill(Targets, double.NaN);
        for (var index = horizon; index < bars.Count; index++)
        {
            var value = Definition.Target switch
            {
                ForecastTarget.Direction => bars[index].Close > bars[index - horizon].Close ? 1 : 0,
                ForecastTarget.Volatility => Volatility(index),
                _ => Math.Log(bars[index].Close / bars[index - horizon].Close),
            };
            Known[index] = value;
            if (Definition.AllowGaps || gaps[index] == gaps[index - horizon])
            {
                Targets[index - horizon] = value;
            }
            else
            {
                TargetsOverGaps++;
            }
        }
    }

    private double Volatility(int index)
    {
        var sum = 0.0;
        for (var at = index - Definition.Horizon + 1; at <= index; at++)
        {
            var change = Math.Log(Series.Bars[at].Close / Series.Bars[at - 1].Close);
            sum += change * change;
        }

        return Math.Sqrt(sum / Definition.Horizon);
    }

    private void FillWindows()
    {
        var whole = 0;
        for (var index = 0; index < HasWindow.Length; index++)
        {
            whole = Columns.All(column => double.IsFinite(column[index])) ? whole + 1 : 0;
            HasWindow[index] = whole >= Definition.Window;
        }

        var first = Array.IndexOf(HasWindow, true);
        WarmUp = first < 0 ? HasWindow.Length : first;
        WindowsWithHoles = HasWindow.Skip(WarmUp).Count(has => !has);
        for (var column = 0; column < Columns.Count; column++)
        {
            if (!Columns[column].Any(double.IsFinite))
            {
                throw new ForecastException($"The feature {Names[column]} has no number in {Series.Bars.Count} candles: it needs more of them, or what they lack (volume?).");
            }
        }
    }
}
