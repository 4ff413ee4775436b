using System.CommandLine;
using OhlcvConnector.Cli.Forecasting;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;

namespace OhlcvConnector.Cli.Commands;

/// <summary>What looks after models that are kept.</summary>
internal sealed partial class ForecastCommands
{
    private Command Batch()
    {
        const string Description = """
            Forecasts every candle of an archive by models, all that are promoted or those that are named, and writes a Parquet file: in_training says of each
            forecast whether its model had seen the candle. No advice.

              connector-cli forecast batch --archive candles.db --to forecasts.parquet

              connector-cli forecast batch hourly --archive candles.db --to forecasts.parquet
            """;
        var names = new Argument<string[]>("model") { Description = "Names of models. Default: all.", Arity = ArgumentArity.ZeroOrMore, HelpName = "model" };
        var archive = new Option<string>("--archive") { Description = "The archive.", HelpName = "archive", Required = true };
        var to = new Option<string>("--to") { Description = "The Parquet file.", HelpName = "file", Required = true };
        var command = new Command("batch", Description) { names, archive, to, _models };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var registry = new ModelRegistry(parsed.GetRequiredValue(_models));
            var named = parsed.GetValue(names) is { Length: > 0 } some ? some : [.. registry.List().Select(one => one.Name)];
            var models = named.Distinct().Select(name => registry.Read(name)).ToList();
            if (models.Count == 0)
            {
                throw new UsageException($"There are no models in {parsed.GetRequiredValue(_models)}: train one with forecast train.");
            }

            await using var kept = CandleArchives.Open(parsed.GetRequiredValue(archive), isSimulated: null, mustExist: true, _terminal.Clock);
            var path = parsed.GetRequiredValue(to);
            var (forecasts, series) = await new ForecastBatch(_terminal, kept, models).WriteAsync(path, cancellationToken).ConfigureAwait(false);
            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true);
            writer.WriteLine(ForecastReport.Head(kept.IsSimulated));
            writer.WriteLine(FormattableString.Invariant($"Wrote {path}: {forecasts} forecasts of {series} series by {string.Join(", ", models.Select(model => model.Card.Name))}."));
            return ExitCode.Done;
        });
        return command;
    }

    private Command List()
    {
        var command = new Command("list", "Lists the models, their versions, and how good they are.") { _models };
        command.SetAction(parsed =>
        {
            var registry = new ModelRegistry(parsed.GetRequiredValue(_models));
            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true);
            foreach (var (name, versions) in registry.List())
            {
                foreach (var version in versions)
                {
                    writer.WriteLine($"{(registry.CurrentOf(name) == version ? "*" : " ")} {name} {version}: {Verdict(name, version)}");
                }
            }

            return ExitCode.Done;

            string Verdict(string name, string version)
            {
                try
                {
                    var card = registry.Read(name, version).Card;
                    return $"{card.Series}, {card.Verdict}{(card.IsSandbox ? ", SANDBOX" : "")}";
                }
                catch (ForecastException exception)
                {
                    return exception.Message; // one that is damaged hides no other
                }
            }
        });
        return command;
    }

    private Command Show()
    {
        var (name, output) = (Name(), CommonOptions.Output(CommonOptions.Text, CommonOptions.Json));
        var version = new Argument<string?>("version") { Description = "Its version. Default: the promoted one.", Arity = ArgumentArity.ZeroOrOne };
        var recent = new Option<string?>("--file") { Description = "Bars of now in a CSV file: says also how far they are from the training.", HelpName = "file" };
        var command = new Command("show", "Shows the card of a model: data, features, evaluation, limits.") { name, version, recent, output, _models };
        command.SetAction(parsed =>
        {
            var model = new ModelRegistry(parsed.GetRequiredValue(_models)).Read(parsed.GetRequiredValue(name), parsed.GetValue(version));
            var drift = parsed.GetValue(recent) is { } file
                ? model.Drift(ForecastCandles.OfFile(_terminal, file, Interval.Parse(model.Card.Definition.Interval))).Text
                : null;
            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true);
            if (parsed.GetRequiredValue(output) == CommonOptions.Json)
            {
                writer.WriteLine(model.CardJson());
            }
            else
            {
                writer.WriteLine(model.CardMarkdown().TrimEnd());
                writer.Write(drift is null ? "" : $"{Environment.NewLine}{drift}{Environment.NewLine}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private Command Export()
    {
        const string Description = """
            Writes a model of lstm, tcn, ridge or trees as an ONNX network: unscaled features of a window in, the forecast out.

              connector-cli forecast export hourly --to hourly.onnx
            """;
        var name = Name();
        var version = new Argument<string?>("version") { Description = "Its version. Default: the promoted one.", Arity = ArgumentArity.ZeroOrOne };
        var to = new Option<string>("--to") { Description = "The file.", HelpName = "file", Required = true };
        var command = new Command("export", Description) { name, version, to, _models };
        command.SetAction(parsed =>
        {
            var model = new ModelRegistry(parsed.GetRequiredValue(_models)).Read(parsed.GetRequiredValue(name), parsed.GetValue(version));
            var path = parsed.GetRequiredValue(to);
            using (var memory = new MemoryStream())
            {
                model.WriteOnnx(memory);
                File.WriteAllBytes(path, memory.ToArray());
            }

            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true);
            var definition = model.Card.Definition;
            writer.WriteLine($"Wrote {path}: [batch, {definition.Window}, {model.Card.Columns.Count}] unscaled features ({string.Join(", ", model.Card.Columns)}) to the {definition.Target.ToString().ToLowerInvariant()}.");
            return ExitCode.Done;
        });
        return command;
    }

    private Command Change(string word, string description, bool needsVersion)
    {
        var (name, version) = (Name(), new Argument<string>("version") { Description = "The version." });
        var command = new Command(word, description) { name, _models };
        if (needsVersion)
        {
            command.Arguments.Add(version);
        }

        command.SetAction(parsed =>
        {
            var (registry, called) = (new ModelRegistry(parsed.GetRequiredValue(_models)), parsed.GetRequiredValue(name));
            if (needsVersion)
            {
                registry.Promote(called, parsed.GetRequiredValue(version));
            }
            else
            {
                _ = registry.RollBack(called);
            }

            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true);
            writer.WriteLine($"{called} stands for {registry.CurrentOf(called)}.");
            return ExitCode.Done;
        });
        return command;
    }
}
