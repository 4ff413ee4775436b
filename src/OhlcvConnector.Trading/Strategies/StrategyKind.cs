using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>Parameter of a strategy.</summary>
/// <param name="Name">Name, as it is set: <c>fast</c>.</param>
/// <param name="Default">Value when it is not set.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
/// <param name="Text">What it does, for people.</param>
/// <param name="IsWhole">True when it is a whole number.</param>
public sealed record StrategyParameter(string Name, decimal Default, decimal Min, decimal Max, string Text, bool IsWhole = true);

/// <summary>A strategy that can be named: what it does, its parameters, and how one is made.</summary>
public sealed class StrategyKind
{
    private readonly Func<Func<string, decimal>, IStrategy> _make;
    private readonly Func<Func<string, decimal>, int> _firstBar;

    internal StrategyKind(
        string name, string text, IReadOnlyList<StrategyParameter> parameters, Func<Func<string, decimal>, IStrategy> make,
        Func<Func<string, decimal>, int>? firstBar = null)
    {
        (Name, Text, Parameters, _make) = (name, text, parameters, make);
        _firstBar = firstBar ?? (static _ => 0);
    }

    /// <summary>Name, as it is typed: <c>sma-cross</c>.</summary>
    public string Name { get; }

    /// <summary>What it does, for people.</summary>
    public string Text { get; }

    /// <summary>Parameters, in the order of the documentation.</summary>
    public IReadOnlyList<StrategyParameter> Parameters { get; }

    /// <summary>Makes a strategy for one run.</summary>
    /// <param name="settings">Parameters that are not the defaults, by name.</param>
    /// <exception cref="InvalidSettingException">There is no such parameter, or it is out of its range.</exception>
    public IStrategy Create(IReadOnlyDictionary<string, decimal>? settings = null) => _make(Values(settings));

    /// <summary>
    /// Returns the number of the candle from whose close buying and holding is counted beside the strategy: that before its first order can fill.
    /// </summary>
    /// <param name="settings">Parameters that are not the defaults, by name.</param>
    /// <exception cref="InvalidSettingException">There is no such parameter, or it is out of its range.</exception>
    public int BenchmarkFrom(IReadOnlyDictionary<string, decimal>? settings = null) => _firstBar(Values(settings));

    private Func<string, decimal> Values(IReadOnlyDictionary<string, decimal>? settings)
    {
        foreach (var (name, value) in settings ?? new Dictionary<string, decimal>())
        {
            var parameter = Parameters.FirstOrDefault(one => one.Name == name)
                ?? throw new InvalidSettingException(
                    Parameters.Count == 0
                        ? $"{Name} has no parameters, and so no '{name}'."
                        : $"{Name} has no parameter '{name}'. It has {string.Join(", ", Parameters.Select(one => one.Name))}.");
            if (value < parameter.Min || value > parameter.Max || (parameter.IsWhole && value != decimal.Truncate(value)))
            {
                throw new InvalidSettingException(
                    FormattableString.Invariant(
                        $"{Name}: {name} is {value}; it must be {(parameter.IsWhole ? "a whole number " : "")}from {parameter.Min} to {parameter.Max}."));
            }
        }

        return name => settings is not null && settings.TryGetValue(name, out var value) ? value : Parameters.Single(one => one.Name == name).Default;
    }
}
