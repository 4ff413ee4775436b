using System.CommandLine;
using OhlcvConnector.Configuration;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Forecasting;

/// <summary>Options of a command line that say by which models rules and strategies on the past have forecasts.</summary>
internal sealed class ForecastArguments(CliTerminal terminal)
{
    private const string After = "after-training";
    private const string WalkForward = "walk-forward";
    private const string InSample = "in-sample";

    private readonly Option<string?> _models = new("--forecast-models")
    {
        Description = "The folder of the models that rules ask for with forecast:MODEL.",
        HelpName = "folder",
    };

    private readonly Option<string> _how = ChoiceOption.Create(
        "--forecasts", "Forecasts of the past: by the model, of candles after its training alone; by models trained on what was before; or of all candles, though the model knows them:",
        [After, WalkForward, InSample]);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_models);
        command.Options.Add(_how);
    }

    /// <summary>What a report says of the forecasts; null where there are none.</summary>
    public string? Note(ParseResult parsed) => parsed.GetValue(_models) is null ? null : parsed.GetRequiredValue(_how) switch
    {
        After => "Made by models of candles after their training alone.",
        WalkForward => "Made walk-forward, by models that were each trained on the candles before.",
        _ => "IN-SAMPLE: the models were trained on these candles and know what came after; the result says nothing of the future.",
    };

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

        if (parsed.GetRequiredValue(_how) == InSample)
        {
            terminal.Error.WriteLine("warning: IN-SAMPLE: forecasts of candles that a model was trained on know what came after; what follows says nothing of the future.");
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
