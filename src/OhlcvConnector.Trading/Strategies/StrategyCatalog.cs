using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Trading;

/// <summary>The strategies that can be named. They are examples with known rules, and no advice.</summary>
public static class StrategyCatalog
{
    /// <summary>Name of the strategy that trades by rules (<see cref="OfRules"/>), which are given beside it.</summary>
    public const string Rules = "rules";

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<StrategyKind> All { get; } =
        [BuyAndHold.Kind, SmaCross.Kind, MeanReversion.Kind, CipherDots.Kind, ValueAreaReturn.Kind, Grid.Kind];

    /// <summary>Makes a strategy of rules: it buys and sells by their signals.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="name">Its name.</param>
    public static StrategyKind OfRules(RuleSet rules, string name = Rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return RulesStrategy.KindOf(name, rules);
    }

    /// <summary>Finds a strategy by its name, in whatever case.</summary>
    /// <exception cref="InvalidSettingException">There is none of that name; the message names those that there are.</exception>
    public static StrategyKind Find(string name) =>
        All.FirstOrDefault(kind => string.Equals(kind.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InvalidSettingException($"There is no strategy '{name}'; {Nearest.Words(name, [.. All.Select(kind => kind.Name)])}");
}
