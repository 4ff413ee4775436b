using System.CommandLine;
using OhlcvConnector.Cli.Backtesting;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Forecasting;

namespace OhlcvConnector.Cli.Forecasting;

/// <summary>Options of a command line that say what is forecast, by what, and how that is tried.</summary>
internal sealed class DefinitionArguments
{
    private static readonly ForecastDefinition Usual = new();

    private readonly Option<string> _model = new("--model")
    {
        Description = $"The model: {string.Join(", ", ForecastModel.Kinds)}. Default: {Usual.Model}. To evaluate, several with commas, or all.",
        HelpName = "name",
        DefaultValueFactory = _ => Usual.Model,
    };

    private readonly Option<string> _target = ChoiceOption.Create("--target", "What is forecast:", ["return", "direction", "volatility", "quantiles"]);
    private readonly Option<string?> _interval = CommonOptions.Interval();
    private readonly Option<int> _horizon = NumberOption.Create("--horizon", 1, 1000, Usual.Horizon, "Candles from now to the moment that is forecast.");
    private readonly Option<int> _window = NumberOption.Create("--window", 1, 1000, Usual.Window, "Candles that the model looks back over.");
    private readonly Option<string> _features = new("--features")
    {
        Description = "Features of each candle: return:N, range, body, volume:N, hour, weekday, profile:N, other:NAME:N, or indicators. "
            + $"Default: {string.Join(",", ForecastDefinition.StandardFeatures)}.",
        HelpName = "list",
        DefaultValueFactory = _ => string.Join(',', ForecastDefinition.StandardFeatures),
    };

    private readonly Option<int> _season = NumberOption.Create("--season", 0, 100_000, 0, "Candles of a season, for the seasonal model; 0 for a day, of days a week.");
    private readonly Option<int> _hidden = NumberOption.Create("--hidden", 1, 512, Usual.Hidden, "Width of a network.");
    private readonly Option<int> _epochs = NumberOption.Create("--epochs", 1, 10_000, Usual.Epochs, "Passes over the training data at most; of trees ten trees each.");
    private readonly Option<int> _patience = NumberOption.Create("--patience", 1, 10_000, Usual.Patience, "Passes without a better validation after which training ends.");
    private readonly Option<double> _rate = NumberOption.Create("--learning-rate", 1e-6, 1.0, Usual.LearningRate, "Step of a network's training.");
    private readonly Option<int> _seed = NumberOption.Create("--seed", 0, int.MaxValue, Usual.Seed, "Seed of all that is drawn.");
    private readonly Option<int> _threads = NumberOption.Create("--threads", 1, 4, new TrainingOptions().Threads, "Threads of a training at most; the result is the same.");
    private readonly Option<bool> _allowGaps = new("--allow-gaps") { Description = "Learn also from targets over missing candles, as over a weekend." };
    private readonly Option<int> _folds = NumberOption.Create("--folds", 0, 100, 5, "Parts that are tested walk-forward; 0 trains without, and the card says so.");
    private readonly Option<string?> _fee = Share.Option("--fee", "Cost of a change of position, for following the forecasts. Default: 0.1%.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _model, _target, _interval, _horizon, _window, _features, _season, _hidden, _epochs, _patience, _rate, _seed, _threads, _allowGaps, _folds, _fee,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads the definitions, one for each model.</summary>
    public IReadOnlyList<ForecastDefinition> Read(ParseResult parsed)
    {
        var text = parsed.GetRequiredValue(_model);
        var target = Enum.Parse<ForecastTarget>(parsed.GetRequiredValue(_target), ignoreCase: true);
        IReadOnlyList<string> models = text == "all"
            ? [.. ForecastModel.Kinds.Where(model => model != "logistic" || target != ForecastTarget.Volatility)] // all that can
            : Words(text);
        foreach (var model in models.Where(model => !ForecastModel.Kinds.Contains(model)))
        {
            throw new UsageException($"There is no model '{model}'. Models are {string.Join(", ", ForecastModel.Kinds)}.");
        }

        var interval = CommonOptions.ReadInterval(parsed.GetValue(_interval)) ?? throw new UsageException("Say how long the candles are: give --interval.");
        return [.. models.Select(model => new ForecastDefinition
        {
            Model = model,
            Target = target,
            Interval = interval.ToString(),
            Horizon = parsed.GetValue(_horizon),
            Window = parsed.GetValue(_window),
            Features = Words(parsed.GetRequiredValue(_features)),
            Season = parsed.GetValue(_season),
            Hidden = parsed.GetValue(_hidden),
            Epochs = parsed.GetValue(_epochs),
            Patience = parsed.GetValue(_patience),
            LearningRate = parsed.GetValue(_rate),
            Seed = parsed.GetValue(_seed),
            AllowGaps = parsed.GetValue(_allowGaps),
        })];
    }

    /// <summary>Reads how models are evaluated; null for not at all.</summary>
    public EvaluationOptions? ReadEvaluation(ParseResult parsed, TrainingOptions training) => parsed.GetValue(_folds) == 0
        ? null
        : new EvaluationOptions { Folds = parsed.GetValue(_folds), Cost = (double)(Share.Read(parsed, _fee) ?? 0.001m), Training = training };

    /// <summary>Reads how training runs.</summary>
    public TrainingOptions ReadTraining(ParseResult parsed, CliTerminal terminal) => new()
    {
        Threads = parsed.GetValue(_threads),
        Clock = terminal.Clock,
        Progress = Progress(terminal),
    };

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Says on the terminal how far a training is; and to a log that it went on, and no more.</summary>
    private static Action<TrainingProgress> Progress(CliTerminal terminal)
    {
        var isFirst = true;
        return progress =>
        {
            if (progress.Part == "model")
            {
                if (isFirst && progress.Epoch > 1)
                {
                    terminal.Error.WriteLine($"note: going on after epoch {progress.Epoch - 1} of a training that was stopped.");
                }

                isFirst = false;
            }

            if (terminal.IsErrorTerminal)
            {
                terminal.Error.Write(FormattableString.Invariant(
                    $"\r{progress.Part}, epoch {progress.Epoch} of {progress.Epochs}, loss {progress.TrainingLoss:0.0000}, validation {progress.ValidationLoss:0.0000}, at most {progress.Left:m\\:ss} left\u001b[K"));
            }
        };
    }
}
