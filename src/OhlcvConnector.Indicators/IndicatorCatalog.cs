using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>
/// Catalog of all kinds of indicators, and how they are asked for: <c>rsi:14</c>, <c>macd:12:26:9</c>, <c>bbands:20:2@hl2</c>, <c>ema:9@rsi:14</c>.
/// </summary>
public static class IndicatorCatalog
{
    private const int MaxSuggestions = 4;

    private static readonly Dictionary<string, IndicatorKind> ByName = Index();

    /// <summary>Kinds of indicators, all of them, by group and name.</summary>
    public static IReadOnlyList<IndicatorKind> All { get; } =
        [.. ByName.Values.Distinct().OrderBy(kind => kind.Group).ThenBy(kind => kind.Name, StringComparer.Ordinal)];

    /// <summary>Finds a kind by its name or another of its names, in any case.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="InvalidSettingException">There is none; the message has near names.</exception>
    public static IndicatorKind Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByName.TryGetValue(name.Trim(), out var kind) ? kind : throw new InvalidSettingException(
            $"There is no indicator '{name.Trim()}'. Did you mean {string.Join(", ", Near(name.Trim()))}?");
    }

    /// <summary>
    /// Makes an indicator of a specification: its name, its parameters after colons (an empty one has its usual value), and after <c>@</c> the source
    /// (<c>open high low close hl2 hlc3 ohlc4 volume</c>) or another indicator, of which <c>.output</c> after the parameters takes another output than the
    /// first.
    /// </summary>
    /// <param name="specification">The specification.</param>
    /// <exception cref="InvalidSettingException">The specification means nothing; the message says what would.</exception>
    public static Indicator Parse(string specification)
    {
        var indicator = Read(specification, out var output);
        return output is null ? indicator : throw new InvalidSettingException($"'{specification}' is one output, not an indicator: leave out '.{output}'.");
    }

    /// <summary>Reads a specification that can end in an output's name.</summary>
    internal static Indicator Read(string specification, out string? output)
    {
        ArgumentNullException.ThrowIfNull(specification);
        var at = specification.IndexOf('@', StringComparison.Ordinal);
        var text = at < 0 ? specification : specification[..at];
        var dot = text.LastIndexOf('.');
        output = dot >= 0 && dot + 1 < text.Length && char.IsAsciiLetter(text[dot + 1]) ? text[(dot + 1)..].Trim() : null;
        var words = (output is null ? text : text[..dot]).Split(':', StringSplitOptions.TrimEntries);
        var kind = Find(words[0]);
        if (output is not null)
        {
            kind.OutputAt(output);
        }

        var indicator = kind.Make(words[1..]);
        return at < 0 ? indicator : Follow(indicator, specification[(at + 1)..].Trim());
    }

    private static Indicator Follow(Indicator indicator, string input)
    {
        foreach (var source in PriceSources.All)
        {
            if (source.Name().Equals(input, StringComparison.OrdinalIgnoreCase))
            {
                return indicator.On(source);
            }
        }

        if (input.Length == 0 || !ByName.ContainsKey(input.Split(':', '.', '@')[0].Trim()))
        {
            throw new InvalidSettingException(
                $"'{input}' is no source. Sources are {string.Join(", ", PriceSources.All.Select(PriceSources.Name))}, or another indicator such as rsi:14.");
        }

        var inner = Read(input, out var output);
        return indicator.On(inner, output);
    }

    private static Dictionary<string, IndicatorKind> Index()
    {
        var kinds = new Dictionary<string, IndicatorKind>(StringComparer.OrdinalIgnoreCase);
        foreach (var kind in Groups.All)
        {
            foreach (var name in kind.Aliases.Prepend(kind.Name))
            {
                kinds.Add(name, kind);
            }
        }

        return kinds;
    }

    private static IEnumerable<string> Near(string name) => ByName.Keys
        .OrderBy(
            candidate => Nearest.Distance(candidate, name) - (candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? candidate.Length : 0))
        .ThenBy(candidate => candidate, StringComparer.Ordinal)
        .Take(MaxSuggestions);
}
