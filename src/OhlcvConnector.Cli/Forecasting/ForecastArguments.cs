using System.CommandLine;
using OhlcvConnector.Configuration;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Forecasting;

/// <summary>Options of a command line that say by which models rules and strategies on the past have forecasts.</summary>
internal sealed class ForecastArguments
{
    private const string After = "after-training";
    private const string WalkForward = "walk-forward";

    private readonly Option<string?> _models = new("--forecast-models")
    {
        Description = "The folder of the models that rules ask for with forecast:MODEL.",
        HelpName = "folder",
    };

    private readonly Option<string> _how = ChoiceOption.Create(
        "--forecasts", "Forecasts of the past: by the model, of candles after its training alone; by models trained on what was before; or of all candles, though the model knows them:",
        [After, WalkForward, "in-sample"]);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_models);
        command.Options.Add(_how);
    }

    /// <summary>Gives series their forecasts, which are calculated when they are asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="data">The series.</param>
    /// <param name="isSandbox">Whether the candles are simulated.</param>
    /// <param name="cancellationToken">Ends the calculation.</param>
    public IReadOnlyList<BacktestSeries> Give(ParseResult parsed, IReadOnlyList<BacktestSeries> data, bool isSandbox, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_models) is not { } folder)
        {
            return parsed.GetRequiredValue(_how) == After ? data : throw new UsageException("--forecasts is of the models of --forecast-models, which is not given.");
        }

        var registry = new ModelRegistry(folder);
        return [.. data.Select(one => one with { Forecasts = Of(registry, parsed.GetRequiredValue(_how), one, isSandbox, cancellationToken) })];
    }

    private static Func<string, long, RuleForecast?> Of(
        ModelRegistry registry, string how, BacktestSeries data, bool isSandbox, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, PastForecasts>();
        return (name, openMs) =>
        {
            lock (found) // a search runs several at once
            {
                return Find(name).At(openMs) is { } one ? new RuleForecast(one.Point, one.BeatsNaive) : null;
            }
        };

        PastForecasts Find(string name)
        {
            if (!found.TryGetValue(name, out var forecasts))
            {
                var model = registry.Read(name);
                if (model.Card.IsSandbox && !isSandbox)
                {
                    throw new ForecastException($"The model {name} was trained on simulated candles, and these are real: train it on real ones.");
                }

                var definition = model.Card.Definition;
                var series = new ForecastSeries(data.Name, Domain.Interval.Parse(definition.Interval), ForecastCandles.BarsOf(data)) { IsSandbox = isSandbox };
                forecasts = how == WalkForward
                    ? PastForecasts.WalkForward(definition, series, cancellationToken: cancellationToken)
                    : PastForecasts.Of(model, series, data.Candles[0].OpenMs, isForced: how != After);
                found.Add(name, forecasts);
            }

            return forecasts;
        }
    }
}
