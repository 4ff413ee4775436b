using OhlcvConnector.Forecasting.Data;
using OhlcvConnector.Forecasting.Evaluation;
using OhlcvConnector.Forecasting.Models;

namespace OhlcvConnector.Forecasting;

/// <summary>Walk-forward evaluation: each part is forecast by a model that was trained on what was known before it, with purge and embargo.</summary>
public static class WalkForward
{
    private const int LeastTest = 10;
    private const int RegimeCandles = 24;

    /// <summary>Evaluates a definition on candles.</summary>
    /// <param name="definition">What to evaluate.</param>
    /// <param name="series">The candles.</param>
    /// <param name="options">How; null for the usual.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForecastException">The candles are too few or do not fit; the message says how many are needed.</exception>
    public static ForecastEvaluation Evaluate(
        ForecastDefinition definition, ForecastSeries series, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(series);
        return Evaluate(FeatureTable.Of(definition, series), options ?? new EvaluationOptions(), ready: null, readyUntil: default, cancellationToken);
    }

    /// <summary>Evaluates a definition, or a model that is ready and was trained until a moment: then what came later is the test.</summary>
    internal static ForecastEvaluation Evaluate(
        FeatureTable table, EvaluationOptions options, FittedModel? ready, DateTimeOffset readyUntil, CancellationToken cancellationToken)
    {
        var (tested, examples, first, left) = Run(table, options, ready, readyUntil, cancellationToken);
        return Measure(table, examples, first, tested, left, options);
    }

    /// <summary>The forecasts of a definition on the candles that are tested, those candles, and the forecasts of naive on them.</summary>
    internal static (TestedForecasts Tested, int[] Indexes, TestedForecasts Naive) Test(
        FeatureTable table, EvaluationOptions options, CancellationToken cancellationToken)
    {
        var (tested, examples, first, _) = Run(table, options, ready: null, readyUntil: default, cancellationToken);
        return (tested[0], examples[first..], Array.Find(tested, one => one.Name == "naive")!);
    }

    private static (TestedForecasts[] Tested, int[] Examples, int First, int Left) Run(
        FeatureTable table, EvaluationOptions options, FittedModel? ready, DateTimeOffset readyUntil, CancellationToken cancellationToken)
    {
        options.Check();
        var (definition, series, examples) = (table.Definition, table.Series, table.Examples());
        var left = definition.Horizon + (options.Embargo ?? definition.Horizon);
        var first = ready is null
            ? (int)(examples.Length * options.FirstTraining)
            : examples.Count(index => series.Bars[index].OpenMs < readyUntil.ToUnixTimeMilliseconds());
        if (first - left < FittedModel.LeastExamples(definition.Horizon) || examples.Length - first < LeastTest * options.Folds)
        {
            var needed = ready is null
                ? Math.Max(
                    (FittedModel.LeastExamples(definition.Horizon) + left) / options.FirstTraining, LeastTest * options.Folds / (1 - options.FirstTraining))
                : Math.Max(FittedModel.LeastExamples(definition.Horizon) + left, first) + (LeastTest * options.Folds);
            throw FeatureTable.TooFew(series, series.Bars.Count + Math.Max(1, (int)Math.Ceiling(needed) - examples.Length));
        }

        string[] names = [definition.Model, .. Forecasters.Baselines.Where(name => name != definition.Model)];
        var tested = names.Select(name => new TestedForecasts(name, definition.Target, definition.Levels)).ToArray();
        var kept = EvaluationCheckpoint.Of(options, table, first);
        for (var fold = kept.Read(tested); fold < options.Folds; fold++)
        {
            var test = FoldOf(examples, first, fold, options.Folds);
            var training = TrainingOf(examples, test[0], left);
            for (var model = 0; model < names.Length; model++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var run = options.Training with { Part = $"fold {fold + 1} of {options.Folds}" };
                var fitted = model == 0 && ready is not null
                    ? ready
                    : FittedModel.Fit(table, training, run, definition with { Model = names[model] }, checkpoint: null, cancellationToken);
                tested[model].Add(fitted, new Samples(table, fitted.Scaler), test);
            }

            kept.Write(fold + 1, tested);
        }

        return (tested, examples, first, left);
    }

    /// <summary>The examples of a test.</summary>
    internal static int[] FoldOf(int[] examples, int first, int fold, int folds)
    {
        var rest = examples.Length - first;
        return examples[(first + (rest * fold / folds))..(first + (rest * (fold + 1) / folds))];
    }

    /// <summary>The examples that a model may learn from before a test: their targets ended an embargo before its first candle.</summary>
    internal static int[] TrainingOf(int[] examples, int firstTest, int left) => [.. examples.TakeWhile(index => index + left <= firstTest)];

    private static ForecastEvaluation Measure(
        FeatureTable table, int[] examples, int first, TestedForecasts[] tested, int left, EvaluationOptions options)
    {
        var definition = table.Definition;
        var indexes = examples[first..];
        double[] actual = [.. indexes.Select(index => table.Targets[index])];
        var scale = examples.Take(first).Average(index => Math.Abs(table.Targets[index] - NaiveForecaster.Of(table, index)));
        var model = tested[0].Errors(actual);
        var naive = Array.Find(tested, one => one.Name == "naive")!.Errors(actual);
        var (skill, low, high) = Statistics.Skill(model, naive, definition.Horizon, options.Drawings, definition.Seed);
        var (statistic, p) = Statistics.DieboldMariano(model, naive, definition.Horizon);
        return new ForecastEvaluation
        {
            Folds = options.Folds,
            Count = indexes.Length,
            Left = left,
            From = DateTimeOffset.FromUnixTimeMilliseconds(table.Series.Bars[indexes[0]].OpenMs),
            To = DateTimeOffset.FromUnixTimeMilliseconds(table.Series.Bars[indexes[^1]].OpenMs),
            Scores = [.. tested.Select(one => one.Score(actual, scale))],
            Skill = skill,
            SkillLow = low,
            SkillHigh = high,
            DieboldMariano = statistic,
            DieboldMarianoP = p,
            Calibration = tested[0].Calibration(actual),
            Regimes = RegimesOf(table, indexes, model, naive, options),
            Followed = tested[0].Follow(table, indexes, options.Cost),
        };
    }

    private static List<RegimeSkill> RegimesOf(FeatureTable table, int[] indexes, double[] model, double[] naive, EvaluationOptions options)
    {
        var ordered = Enumerable.Range(0, indexes.Length).OrderBy(at => RangeBefore(table, indexes[at])).ToArray();
        string[] names = ["quiet", "middling", "lively"];
        return
        [
            .. names.Select((name, third) =>
            {
                int[] part = [.. ordered[(ordered.Length * third / 3)..(ordered.Length * (third + 1) / 3)].Order()];
                var (skill, low, high) = Statistics.Skill(
                    [.. part.Select(at => model[at])], [.. part.Select(at => naive[at])], table.Definition.Horizon, options.Drawings, table.Definition.Seed);
                return new RegimeSkill(name, part.Length, skill, low, high);
            }),
        ];
    }

    private static double RangeBefore(FeatureTable table, int index)
    {
        var from = Math.Max(0, index - RegimeCandles + 1);
        return Enumerable.Range(from, index - from + 1).Average(at => Math.Log(table.Series.Bars[at].High / table.Series.Bars[at].Low));
    }
}
