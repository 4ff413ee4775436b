using System.Reflection;
using System.Text.Json;
using OhlcvConnector.Forecasting.Data;
using OhlcvConnector.Forecasting.Models;
using OhlcvConnector.Forecasting.Registry;

namespace OhlcvConnector.Forecasting;

/// <summary>A trained model with its card.</summary>
public sealed class ForecastModel
{
    private const int Moments = 50;

    private readonly FittedModel _fitted;

    private ForecastModel(FittedModel fitted, ModelCard card) => (_fitted, Card) = (fitted, card);

    /// <summary>Names of the models that can be trained, the plainest first.</summary>
    public static IReadOnlyList<string> Kinds => Forecasters.Names;

    /// <summary>The card.</summary>
    public ModelCard Card { get; }

    /// <summary>Trains a model.</summary>
    /// <param name="name">The name that it gets.</param>
    /// <param name="definition">What it forecasts, and how.</param>
    /// <param name="series">The candles.</param>
    /// <param name="evaluation">How the definition is evaluated first, on the same candles; null to leave that out, and to say so in the card.</param>
    /// <param name="options">How training runs; null for the usual.</param>
    /// <param name="cancellationToken">Ends it; what was trained stays in <see cref="TrainingOptions.CheckpointFile"/>.</param>
    /// <exception cref="ForecastException">The candles are too few or do not fit; the message says how many are needed.</exception>
    public static ForecastModel Train(
        string name, ForecastDefinition definition, ForecastSeries series, EvaluationOptions? evaluation, TrainingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(series);
        options ??= new TrainingOptions();
        var table = FeatureTable.Of(definition, series);
        var examples = table.Examples();
        var evaluated = evaluation is null ? null : WalkForward.Evaluate(table, evaluation, ready: null, readyUntil: default, cancellationToken);
        var fitted = FittedModel.Fit(table, examples, options, definition, options.CheckpointFile, cancellationToken);
        return new ForecastModel(fitted, CardOf(name, table, examples.Length, evaluated, options.Clock.GetUtcNow()));
    }

    /// <summary>Takes a network that was trained elsewhere, and evaluates it on the candles after its training.</summary>
    /// <param name="name">The name that it gets.</param>
    /// <param name="definition">What it forecasts, from which window of which features; its model must be <c>onnx</c>.</param>
    /// <param name="network">The bytes of its file. It takes <c>[1, window, columns]</c> unscaled features and gives the forecast in the target's unit.</param>
    /// <param name="runtime">What runs it.</param>
    /// <param name="series">The candles.</param>
    /// <param name="trainedUntil">End of the data that it was trained on, UTC: forecasts before it would not measure it.</param>
    /// <param name="evaluation">How it is evaluated; null to leave that out, and to say so in the card.</param>
    /// <param name="clock">Dates the card; null for that of the machine.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForecastException">The network does not fit the definition, or the candles after its training are too few.</exception>
    public static ForecastModel Bring(
        string name, ForecastDefinition definition, byte[] network, INetworkRuntime runtime, ForecastSeries series, DateTimeOffset trainedUntil,
        EvaluationOptions? evaluation, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(series);
        if (definition.Model != ForeignForecaster.Kind)
        {
            throw new ForecastException($"The definition's model must be {ForeignForecaster.Kind}, and is {definition.Model}.");
        }

        var table = FeatureTable.Of(definition, series);
        var before = Math.Max(1, series.Bars.Count(bar => bar.OpenMs < trainedUntil.ToUnixTimeMilliseconds()));
        var fitted = new FittedModel(definition, Scaler.None, ForeignForecaster.Open(definition, table.Columns.Count, network, runtime), [])
        {
            Trained = before > table.WarmUp ? TrainedTenths.Of(table, 0, before - 1) : null,
        };
        var evaluated = evaluation is null ? null : WalkForward.Evaluate(table, evaluation, fitted, trainedUntil, cancellationToken);
        var samples = new Samples(table, Scaler.None);
        var later = table.Examples().Where(index => series.Bars[index].OpenMs >= trainedUntil.ToUnixTimeMilliseconds());
        fitted = fitted.WithBand([.. later.Select(index => table.Targets[index] - fitted.Predict(samples, index).Point)]);
        return new ForecastModel(
            fitted, CardOf(name, table, table.Examples().Length, evaluated, (clock ?? TimeProvider.System).GetUtcNow()) with { TrainedUntil = trainedUntil });
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">What <see cref="Write"/> wrote.</param>
    /// <param name="runtime">What runs networks that were trained elsewhere; null for nothing, and then they are refused.</param>
    /// <exception cref="ForecastException">It is cut off, damaged, or of another version.</exception>
    public static ForecastModel Read(Stream stream, INetworkRuntime? runtime = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var file = ModelFile.Read(stream);
        var definition = file.Card.Definition;
        if (definition.Hash() != file.Card.DefinitionHash || file.Deviations.Length != file.Means.Length
            || (file.Network is null && file.Means.Length != file.Card.Columns.Count))
        {
            throw new ForecastException("The model's definition is another than it was trained with: train it again.");
        }

        IForecaster forecaster = file.Network is { } network
            ? ForeignForecaster.Open(definition, file.Card.Columns.Count, network, runtime)
            : Forecasters.Create(definition, file.Means.Length);
        forecaster.State = ModelFile.NumbersOf(file.State);
        return new ForecastModel(
            new FittedModel(definition, new Scaler(file.Means, file.Deviations), forecaster, file.Band) { Trained = file.Trained }, file.Card);
    }

    /// <summary>Writes the model with its card.</summary>
    /// <param name="stream">The stream that takes it.</param>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        new ModelFile
        {
            Format = ModelFile.ThisFormat,
            Card = Card,
            Means = _fitted.Scaler.Means,
            Deviations = _fitted.Scaler.Deviations,
            Band = _fitted.Band,
            State = ModelFile.BytesOf(_fitted.Forecaster.State),
            Trained = _fitted.Trained,
            Network = (_fitted.Forecaster as ForeignForecaster)?.File,
        }.Write(stream);
    }

    /// <summary>
    /// Writes the model as ONNX (operators of version 17): from windows <c>[batch, window, columns]</c> of unscaled features to the forecast.
    /// </summary>
    /// <param name="stream">The stream that takes it.</param>
    /// <exception cref="ForecastException">The model is of a kind that reads more than features, or was trained elsewhere.</exception>
    public void WriteOnnx(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        OnnxExport.Write(_fitted, Card, stream);
    }

    /// <summary>Writes the card as JSON.</summary>
    public string CardJson() => JsonSerializer.Serialize(Card, RegistryJson.Indented.ModelCard);

    /// <summary>Writes the card as Markdown.</summary>
    public string CardMarkdown() => CardText.Of(Card);

    /// <summary>Forecasts from the last candle of a series.</summary>
    /// <param name="series">Closed candles of the model's interval; at least its window and what its features need before that.</param>
    /// <exception cref="ForecastException">The candles are too few, of another interval, or lack what a feature needs.</exception>
    public Forecast Predict(ForecastSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var table = TableOf(series);
        var (definition, last) = (Card.Definition, series.Bars.Count - 1);
        var (point, band) = _fitted.Predict(new Samples(table, _fitted.Scaler), last);
        var (bar, isPrice) = (series.Bars[last], definition.Target is ForecastTarget.Return or ForecastTarget.Quantiles);
        return new Forecast
        {
            Series = series.Name,
            Target = definition.Target,
            KnownAt = DateTimeOffset.FromUnixTimeMilliseconds(series.KnownMs),
            At = DateTimeOffset.FromUnixTimeMilliseconds(series.Interval.AddMs(bar.OpenMs, definition.Horizon + 1)),
            Close = bar.Close,
            Point = point,
            Band = [.. band.Select((value, index) => new ForecastQuantile(definition.Levels[index], value, isPrice ? bar.Close * Math.Exp(value) : null))],
            Skill = Card.Evaluation?.Skill,
            SkillLow = Card.Evaluation?.SkillLow,
            SkillHigh = Card.Evaluation?.SkillHigh,
            Verdict = Card.Verdict,
            IsSandbox = series.IsSandbox || Card.IsSandbox,
        };
    }

    /// <summary>Forecasts from each candle of a series, as if later ones were not there: what is known at its close.</summary>
    /// <param name="series">Candles as for <see cref="Predict"/>.</param>
    /// <param name="fromMs">Open time of the first candle that is forecast from, Unix epoch milliseconds UTC.</param>
    /// <returns>Of each candle whose window is whole its open time, the point, and the band by the definition's levels, empty for none.</returns>
    /// <exception cref="ForecastException">The candles do not fit the model.</exception>
    public IEnumerable<(long OpenMs, double Point, IReadOnlyList<double> Band)> PredictAll(ForecastSeries series, long fromMs = 0)
    {
        ArgumentNullException.ThrowIfNull(series);
        var table = FeatureTable.Of(Card.Definition, series);
        var samples = new Samples(table, _fitted.Scaler);
        return Enumerable.Range(0, series.Bars.Count).Where(index => table.HasWindow[index] && series.Bars[index].OpenMs >= fromMs)
            .Select(index =>
            {
                var (point, band) = _fitted.Predict(samples, index);
                return (series.Bars[index].OpenMs, point, (IReadOnlyList<double>)band);
            });
    }

    /// <summary>Says what the latest forecast hangs on: each feature in turn is replaced by what it was at 50 other moments (permutation importance).</summary>
    /// <param name="series">Candles as for <see cref="Predict"/>, and more, for the other moments.</param>
    /// <returns>The features, the weightiest first; those of a model that reads no features weigh nothing.</returns>
    /// <exception cref="ForecastException">As for <see cref="Predict"/>, or there is no other moment.</exception>
    public IReadOnlyList<FeatureImportance> Explain(ForecastSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var table = TableOf(series);
        var last = series.Bars.Count - 1;
        int[] others = [.. Enumerable.Range(0, last).Where(index => table.HasWindow[index])];
        if (others.Length == 0)
        {
            throw FeatureTable.TooFew(series, series.Bars.Count + 1);
        }

        var samples = new Samples(table, _fitted.Scaler);
        var point = _fitted.Predict(samples, last).Point;
        var random = new Random(Card.Definition.Seed);
        int[] moments = [.. Enumerable.Range(0, Moments).Select(_ => others[random.Next(others.Length)])];
        var changes = Card.Definition.Features.Distinct().Select(feature => (
            Feature: feature,
            Change: moments.Average(moment => Math.Abs(_fitted.Predict(samples.Exchange(feature, last, moment), last).Point - point)))).ToList();
        var sum = changes.Sum(one => one.Change);
        return [.. changes.OrderByDescending(one => one.Change).Select(one => new FeatureImportance(one.Feature, one.Change, sum > 0 ? one.Change / sum : 0))];
    }

    /// <summary>Says how far the newest candles are from what the model was trained and measured on.</summary>
    /// <param name="series">Candles as for <see cref="Predict"/>, and more: the newest are compared.</param>
    /// <param name="candles">How many of the newest are compared.</param>
    /// <exception cref="ForecastException">As for <see cref="Predict"/>.</exception>
    public ForecastDrift Drift(ForecastSeries series, int candles = ForecastDrift.UsualCandles)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentOutOfRangeException.ThrowIfLessThan(candles, 1);
        var table = TableOf(series);
        var first = Math.Max(0, series.Bars.Count - candles);
        var features = _fitted.Trained is not { } trained ? [] : trained.Select((one, column) => new FeatureDrift(
            table.Names[column], one.Index([.. table.Columns[column].Skip(first).Where(double.IsFinite)]), Math.Max(ForecastDrift.FeatureLimit, 2 * one.Usual)))
            .OrderByDescending(one => one.Ratio).ToList();
        var samples = new Samples(table, _fitted.Scaler);
        var endMs = (Card.TrainedUntil ?? Card.To).ToUnixTimeMilliseconds();
        int[] later = [.. table.Examples().Where(index => index >= first && series.Bars[index].OpenMs > endMs)];
        var errors = later.Select(index => _fitted.Predict(samples, index).Point - table.Targets[index]).ToArray();
        double? rmse = null;
        double? skill = null;
        if (errors.Length >= ForecastDrift.LeastErrors)
        {
            rmse = Math.Sqrt(errors.Average(error => error * error));
            var naive = Math.Sqrt(later.Average(index => Math.Pow(NaiveForecaster.Of(table, index) - table.Targets[index], 2)));
            skill = naive > 0 ? 1 - (rmse / naive) : 0;
        }

        return new ForecastDrift
        {
            Candles = series.Bars.Count - first,
            Features = features,
            Errors = errors.Length,
            Rmse = rmse,
            ErrorRatio = Card.Evaluation?.Scores[0].Rmse is { } then and > 0 ? rmse / then : null,
            Skill = skill,
        };
    }

    private static ModelCard CardOf(string name, FeatureTable table, int examples, ForecastEvaluation? evaluation, DateTimeOffset created)
    {
        var (definition, series, hash) = (table.Definition, table.Series, table.Definition.Hash());
        return new ModelCard
        {
            Name = name,
            Version = $"{created:yyyyMMdd-HHmmss}-{hash[..8]}",
            CreatedAt = created,
            Library = typeof(ForecastModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            Definition = definition,
            DefinitionHash = hash,
            Series = series.Name,
            IsSandbox = series.IsSandbox,
            Candles = series.Bars.Count,
            From = DateTimeOffset.FromUnixTimeMilliseconds(series.Bars[0].OpenMs),
            To = DateTimeOffset.FromUnixTimeMilliseconds(series.Bars[^1].OpenMs),
            DataHash = series.Hash(),
            Examples = examples,
            TargetsOverGaps = table.TargetsOverGaps,
            WindowsWithHoles = table.WindowsWithHoles,
            Columns = table.Names,
            Evaluation = evaluation,
        };
    }

    private FeatureTable TableOf(ForecastSeries series)
    {
        var definition = Card.Definition;
        var table = FeatureTable.Of(definition, series);
        var last = series.Bars.Count - 1;
        if (!table.HasWindow[last])
        {
            var column = Enumerable.Range(0, table.Columns.Count)
                .First(one => table.Columns[one].AsSpan(last - definition.Window + 1, definition.Window)
                    .ContainsAnyExceptInRange(double.MinValue, double.MaxValue));
            throw new ForecastException($"{series.Name}: {table.Names[column]} has no number in each of the last {definition.Window} candles: give more candles, or what they lack.");
        }

        return table;
    }
}
