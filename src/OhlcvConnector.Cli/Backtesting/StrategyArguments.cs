using System.CommandLine;
using OhlcvConnector.Signals;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Options of a command line that name a strategy: one of the catalogue, or rules.</summary>
internal sealed class StrategyArguments
{
    private const string Rules = "rules";

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
        _strategy.CompletionSources.Add([.. StrategyCatalog.All.Select(kind => kind.Name), Rules]);
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
        word = sources.Length > 0 && name is not (null or Rules) ? name : null;
        if (sources.Length > 0)
        {
            return StrategyCatalog.All.Any(kind => kind.Name == name)
                ? throw new UsageException($"Choose either the strategy {word} or --rules.")
                : StrategyCatalog.OfRules(new RuleSet([.. sources.SelectMany(Read)]), $"rules {string.Join(", ", sources.Select(one => Path.GetFileName(one)))}");
        }

        return name == Rules ? throw new UsageException("Say which rules with --rules: a file, or a built-in set.")
            : name is null ? null
            : StrategyCatalog.Find(name);
    }

    private static IReadOnlyList<Rule> Read(string source)
    {
        if (BuiltInSets.Names.Contains(source))
        {
            return TradingConfig.Read($"{{ \"sets\": [\"{source}\"] }}").Rules;
        }

        if (!File.Exists(source))
        {
            throw new UsageException($"--rules is '{source}', which is no file and no built-in set; these are {string.Join(", ", BuiltInSets.Names)}.");
        }

        var config = TradingConfig.TryRead(File.ReadAllBytes(source), out var mistakes)
            ?? throw new UsageException($"{source}: {string.Join(Environment.NewLine, mistakes)}");
        var own = config.Rules.Where(rule => rule.Set is null).ToList();
        return own.Count > 0 ? own : config.Rules; // a file of one's own rules is about these; sets can be named beside it
    }
}
