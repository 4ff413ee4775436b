using System.CommandLine;
using OhlcvConnector.Cli.Forecasting;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli forecast</c>: models that say how good they are.</summary>
internal sealed partial class ForecastCommands
{
    private const string Folder = "models";
    private const int Enough = 1000; // candles that a forecast is made from where no time is given: every indicator has settled

    private readonly CliTerminal _terminal;
    private readonly Option<string> _models = new("--models")
    {
        Description = $"The folder of the models. Default: {Folder}.",
        HelpName = "folder",
        DefaultValueFactory = _ => Folder,
    };

    private ForecastCommands(CliTerminal terminal) => _terminal = terminal;

    /// <summary>Creates the command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var self = new ForecastCommands(terminal);
        return new Command("forecast", "Trains and evaluates models of candles, and forecasts by them, with their error against no change. No advice.")
        {
            self.Train(), self.Evaluate(), self.Predict(), self.Batch(), self.List(), self.Show(), self.Export(),
            self.Change("promote", "Makes a version the one that a model's name stands for.", needsVersion: true),
            self.Change("rollback", "Goes back to the version that was promoted before.", needsVersion: false),
        };
    }

    private static Argument<string> Name() => new("model") { Description = "The model's name.", HelpName = "model" };

    private Command Evaluate()
    {
        const string Description = """
            Evaluates models walk-forward, beside naive, drift and seasonal ones, and keeps nothing. No advice.

              connector-cli forecast evaluate --file bars.csv --interval 1h --model lstm

              connector-cli forecast evaluate binance:BTCUSDT --from -180d --interval 1h --model all --archive candles.db
            """;
        var (candles, arguments) = (new ForecastCandles(_terminal), new DefinitionArguments());
        var output = CommonOptions.Output(CommonOptions.Text, CommonOptions.Json);
        var command = new Command("evaluate", Description) { output };
        candles.AddTo(command);
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var definitions = arguments.Read(parsed);
            var options = arguments.ReadEvaluation(parsed, arguments.ReadTraining(parsed, _terminal))
                ?? throw new UsageException("--folds must be at least 1 to evaluate.");
            var series = await candles.ReadAsync(parsed, Interval.Parse(definitions[0].Interval), enough: null, cancellationToken).ConfigureAwait(false);
            var evaluated = definitions.Select(definition => (definition, WalkForward.Evaluate(definition, series, options, cancellationToken)));
            if (parsed.GetRequiredValue(output) == CommonOptions.Json)
            {
                ForecastReport.WriteJson(_terminal.Output, series, evaluated);
                return ExitCode.Done;
            }

            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true);
            writer.WriteLine(ForecastReport.Head(series.IsSandbox));
            writer.WriteLine($"{series.Name}, {series.Bars.Count} candles");
            foreach (var (definition, evaluation) in evaluated)
            {
                Clear();
                ForecastReport.Write(writer, definition, evaluation);
                await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private Command Train()
    {
        const string Description = """
            Trains a model, evaluates it walk-forward, and keeps it with its card. A training that was stopped goes on when it is asked for again.

              connector-cli forecast train --file bars.csv --interval 1h --model lstm --name hourly

              connector-cli forecast train binance:BTCUSDT --from -365d --interval 1h --target quantiles --features return:1,rsi:14,volume:20,hour
            """;
        var (candles, arguments) = (new ForecastCandles(_terminal), new DefinitionArguments());
        var name = new Option<string?>("--name") { Description = "The model's name. Default: the model, target and interval.", HelpName = "name" };
        var restart = new Option<bool>("--restart") { Description = "Begin anew where a training was stopped." };
        var command = new Command("train", Description) { name, restart, _models };
        candles.AddTo(command);
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var definition = arguments.Read(parsed) is [var one] ? one : throw new UsageException("Train one model at a time; evaluate compares several.");
            var registry = new ModelRegistry(parsed.GetRequiredValue(_models));
            var called = parsed.GetValue(name) ?? $"{definition.Model}-{definition.Target.ToString().ToLowerInvariant()}-{definition.Interval}";
            var (kept, evaluated) = (registry.CheckpointFile(called), registry.EvaluationFile(called));
            var training = arguments.ReadTraining(parsed, _terminal) with { CheckpointFile = kept };
            var tried = arguments.ReadEvaluation(parsed, training) is { } options ? options with { CheckpointFile = evaluated } : null;
            registry.Prepare(called);
            if (parsed.GetValue(restart))
            {
                File.Delete(kept);
                File.Delete(evaluated);
            }

            ForecastSeries series;
            ForecastModel model;
            try
            {
                series = await candles.ReadAsync(parsed, Interval.Parse(definition.Interval), enough: null, cancellationToken).ConfigureAwait(false);
                model = ForecastModel.Train(called, definition, series, tried, training, cancellationToken);
            }
            catch
            {
                registry.RemoveEmpty(called);
                throw;
            }

            registry.Add(model);
            File.Delete(kept);
            File.Delete(evaluated);
            Clear();
            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true);
            writer.WriteLine(ForecastReport.Head(series.IsSandbox));
            if (model.Card.Evaluation is { } evaluation)
            {
                ForecastReport.Write(writer, definition, evaluation);
            }
            else
            {
                writer.WriteLine(model.Card.Verdict);
            }

            var current = registry.CurrentOf(called);
            writer.WriteLine(current == model.Card.Version
                ? $"Kept as {called} {model.Card.Version}."
                : $"Kept as {called} {model.Card.Version}; {called} still stands for {current}: forecast promote {called} {model.Card.Version} changes that.");
            return ExitCode.Done;
        });
        return command;
    }

    private Command Predict()
    {
        const string Description = """
            Forecasts from the last closed candle, with the band, and with how good the model was against no change. No advice.

              connector-cli forecast predict hourly --file bars.csv

              connector-cli forecast predict hourly binance:BTCUSDT --output json
            """;
        var (candles, name, output) = (new ForecastCandles(_terminal), Name(), CommonOptions.Output(CommonOptions.Text, CommonOptions.Json));
        var version = new Option<string?>("--version-of-model") { Description = "A version of the model. Default: the promoted one.", HelpName = "version" };
        var explain = new Option<bool>("--explain") { Description = "Say also which features the forecast hangs on." };
        var command = new Command("predict", Description) { name, version, explain, output, _models };
        candles.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var model = new ModelRegistry(parsed.GetRequiredValue(_models)).Read(parsed.GetRequiredValue(name), parsed.GetValue(version));
            var series = await candles.ReadAsync(parsed, Interval.Parse(model.Card.Definition.Interval), Enough, cancellationToken).ConfigureAwait(false);
            var forecast = model.Predict(series);
            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true);
            if (parsed.GetRequiredValue(output) == CommonOptions.Json)
            {
                writer.WriteLine(parsed.GetValue(explain)
                    ? $"{{\n\"forecast\": {ForecastText.Json(forecast)},\n\"features\": {ForecastText.Json(model.Explain(series))}\n}}"
                    : ForecastText.Json(forecast));
                return ExitCode.Done;
            }

            writer.WriteLine(ForecastReport.Head(forecast.IsSandbox));
            ForecastReport.Write(writer, model.Card, forecast, _terminal.Clock.GetUtcNow() - forecast.KnownAt);
            foreach (var one in parsed.GetValue(explain) ? model.Explain(series) : [])
            {
                writer.WriteLine(FormattableString.Invariant($"  hangs on {one.Feature}: {one.Share:0%}, {one.Change:0.000000}"));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private void Clear()
    {
        if (_terminal.IsErrorTerminal)
        {
            _terminal.Error.Write("\r\u001b[K");
        }
    }
}
