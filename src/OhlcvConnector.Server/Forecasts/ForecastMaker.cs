using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>Makes the forecasts of a candle by the models that are promoted, and measures their drift. Belongs to the monitor's one loop.</summary>
internal sealed partial class ForecastMaker(ModelShelf shelf, ServerIdentity identity, ForecastMetrics metrics, ILogger<ForecastMaker> logger)
{
    private const int DriftEvery = 24; // candles

    private readonly Dictionary<(string Model, Series Series), ForecastDrift> _drifts = [];
    private readonly HashSet<string> _told = [];

    /// <summary>How far the newest candles are from what models were trained on, the worst series of each; for any thread.</summary>
    public IReadOnlyDictionary<string, ForecastDrift> Drifts { get; private set; } = new Dictionary<string, ForecastDrift>();

    /// <summary>Makes them.</summary>
    /// <param name="state">The series with its candles.</param>
    /// <param name="quote">The last of them.</param>
    /// <param name="isLate">True when it closed so long ago that nobody would have known a forecast in time: none is made then, and that is counted.</param>
    public IReadOnlyList<SeriesForecast> Make(ForecastSeriesState state, PriceQuote quote, bool isLate)
    {
        var made = new List<SeriesForecast>();
        var series = state.Known(identity.IsSandbox);
        var measures = !isLate && (state.SinceDrift is null || ++state.SinceDrift >= DriftEvery);
        foreach (var model in shelf.Promoted().Where(model => model.Card.Definition.Interval == series.Interval.ToString()))
        {
            var name = model.Card.Name;
            if (isLate)
            {
                metrics.Made.WithLabels(name, "late").Inc();
                continue;
            }

            try
            {
                made.Add(MakeOne(model, series, state.Series, quote));
                metrics.Made.WithLabels(name, "made").Inc();
                if (measures)
                {
                    Measure(model, series, state.Series);
                }
            }
            catch (ForecastException problem)
            {
                metrics.Made.WithLabels(name, "failed").Inc();
                if (_told.Add($"{name} {model.Card.Version} {state.Series}"))
                {
                    LogFailed(logger, name, model.Card.Version, state.Series, problem.Message);
                }
            }
        }

        state.SinceDrift = measures ? 0 : state.SinceDrift;
        return made;
    }

    private SeriesForecast MakeOne(ForecastModel model, ForecastSeries series, Series of, PriceQuote quote)
    {
        var card = model.Card;
        if (card.IsSandbox && !identity.IsSandbox)
        {
            throw new ForecastException("it was trained on simulated candles, and these are real: train it on real ones.");
        }

        var began = Stopwatch.GetTimestamp();
        var forecast = model.Predict(series);
        metrics.Seconds.Observe(Stopwatch.GetElapsedTime(began).TotalSeconds);
        return new SeriesForecast
        {
            Series = of,
            OpenMs = quote.OpenMs,
            CloseMs = quote.CloseMs,
            AtMs = forecast.At.ToUnixTimeMilliseconds(),
            Model = card.Name,
            Version = card.Version,
            TrainedOn = card.Series,
            Target = card.Definition.Target.ToString().ToLowerInvariant(),
            Horizon = card.Definition.Horizon,
            Close = forecast.Close,
            Point = forecast.Point,
            Band = [.. forecast.Band.Select(one => new ForecastLevel(one.Level, one.Value, one.Price))],
            Verdict = forecast.Verdict,
            BeatsNaive = card.Evaluation?.BeatsNaive == true,
            Skill = forecast.Skill,
            SkillLow = forecast.SkillLow,
            SkillHigh = forecast.SkillHigh,
            IsSandbox = identity.IsSandbox,
        };
    }

    private void Measure(ForecastModel model, ForecastSeries series, Series of)
    {
        var (name, drift) = (model.Card.Name, model.Drift(series));
        if (drift.IsDrifting && !(_drifts.TryGetValue((name, of), out var before) && before.IsDrifting))
        {
            LogDrift(logger, name, model.Card.Version, of, drift.Text);
        }

        _drifts[(name, of)] = drift;
        var own = _drifts.Where(one => one.Key.Model == name).Select(one => one.Value).ToList();
        metrics.FeatureDrift.WithLabels(name).Set(own.Max(one => one.Features.Count > 0 ? one.Features[0].Ratio : 0));
        if (own.Max(one => one.ErrorRatio) is { } ratio)
        {
            metrics.ErrorRatio.WithLabels(name).Set(ratio);
        }

        var worst = own.OrderByDescending(one => one.IsDrifting).ThenByDescending(one => one.Features.Count > 0 ? one.Features[0].Ratio : 0).First();
        Drifts = new Dictionary<string, ForecastDrift>(Drifts) { [name] = worst };
    }

    [LoggerMessage(ServerEventIds.ForecastFailed, LogLevel.Warning, "The model {Name} {Version} does not forecast {Series}, said once: {Problem}")]
    private static partial void LogFailed(ILogger logger, string name, string version, Series series, string problem);

    [LoggerMessage(ServerEventIds.ForecastDrifts, LogLevel.Warning, "The model {Name} {Version} on {Series}: {Drift}")]
    private static partial void LogDrift(ILogger logger, string name, string version, Series series, string drift);
}
