using System.CommandLine;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Options of a command line that name a strategy: one of the catalogue, or rules.</summary>
internal sealed class StrategyArguments
{
    private readonly Argument<string?> _strategy = new("strategy")
    {
        Description = "The strategy; all are listed without it. rules for those of --rules.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "strategy",
    };

    private readonly Option<string[]> _rules = new("--rules")
    {
        Description = "Trade by the signals of rules: a file (signals.json), or a built-in set: " + string.Join(", ", BuiltInSets.Names) + ". Can be given again.",
        HelpName = "file or set",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _strategy.CompletionSources.Add([.. StrategyCatalog.All.Select(kind => kind.Name), StrategyCatalog.Rules]);
        command.Arguments.Add(_strategy);
        command.Options.Add(_rules);
    }

    /// <summary>Finds the strategy.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="word">The first word when it is no strategy but a series, as after --rules; else null.</param>
    /// <returns>Null when none is named.</returns>
    public StrategyKind? Read(ParseResult parsed, out string? word)
    {
        var (name, sources) = (parsed.GetValue(_strategy), parsed.GetValue(_rules) ?? []);
        word = sources.Length > 0 && name is not (null or StrategyCatalog.Rules) ? name : null;
        if (sources.Length > 0)
        {
            return StrategyCatalog.All.Any(kind => kind.Name == name)
                ? throw new UsageException($"Choose either the strategy {word} or --rules.")
                : StrategyCatalog.OfRules(
                    new RuleSet([.. sources.SelectMany(source => KeptRules.Read(RulesSource.Read(source)).Rules)]),
                    $"rules {string.Join(", ", sources.Select(one => Path.GetFileName(one)))}");
        }

        return name == StrategyCatalog.Rules ? throw new UsageException("Say which rules with --rules: a file, or a built-in set.")
            : name is null ? null
            : StrategyCatalog.Find(name);
    }
}
