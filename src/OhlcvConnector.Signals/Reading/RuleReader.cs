using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Reading;

/// <summary>Reads rules.</summary>
/// <param name="mistakes">Takes what is wrong.</param>
/// <param name="defaults">The weights and thresholds of the file.</param>
/// <param name="set">The name of the built-in set; null for the user's own.</param>
internal sealed partial class RuleReader(Mistakes mistakes, ScoreDefaults defaults, string? set)
{
    internal static readonly string[] Names =
    [
        "name", "title", "description", "direction", "when", "score", "weights", "thresholds", "strength", "symbols", "intervals", "confirm", "cooldown",
        "valid", "gaps", "repeat", "version",
    ];

    /// <summary>Reads a rule; null when it is wrong.</summary>
    public Rule? Read(JsonValue value)
    {
        if (value.Kind != JsonValueKind.Object)
        {
            mistakes.Add(value, $"A rule is an object, {{ \"name\": ..., \"direction\": ..., \"when\": ... }}, not {value.KindName}.");
            return null;
        }

        var before = mistakes.Count;
        var fields = new Fields(value, mistakes);
        fields.Know(Names);
        var conditions = new ConditionReader(mistakes);
        var name = Name(value, fields);
        var (when, score) = (value["when"] is { } condition ? conditions.Read(condition) : null, ReadScore(value, conditions));
        if ((value["when"] is null) == (value["score"] is null))
        {
            mistakes.Add(value, "A rule has either 'when', a condition, or 'score', groups of votes.");
        }

        if (value["score"] is null)
        {
            foreach (var field in value.Fields.Where(field => field.Name is "weights" or "thresholds"))
            {
                mistakes.Add(field.Place, field.Value.Path, $"'{field.Name}' is of a score: a rule with 'when' has none.");
            }
        }

        var direction = ReadDirection(value, fields);
        var rule = new
        {
            Strength = fields.Number("strength", 0, 100),
            Confirm = fields.Whole("confirm", 1, Language.Phrase.MaxCloses) ?? 1,
            CoolDown = fields.Span("cooldown"),
            Valid = fields.Span("valid") ?? new Span(1, null),
            Gaps = fields.Word("gaps", "reset", "carry"),
            Repeat = fields.Flag("repeat"),
            Symbols = Patterns(fields),
            Intervals = Ranges(fields),
            Version = Version(value, fields),
            Title = fields.Text("title"),
            Description = fields.Text("description"),
        };
        if (mistakes.Count > before || name is null)
        {
            return null;
        }

        return new Rule
        {
            Name = name,
            Title = rule.Title ?? rule.Description ?? name,
            Set = set,
            Version = rule.Version,
            Direction = direction,
            Strength = rule.Strength,
            Confirm = rule.Confirm,
            IsRepeated = rule.Repeat,
            AfterGap = rule.Gaps == "carry" ? AfterGap.Carry : AfterGap.Reset,
            Symbols = rule.Symbols,
            Intervals = rule.Intervals,
            CoolDown = rule.CoolDown,
            Valid = rule.Valid,
            When = when,
            Score = score,
            Leaves = conditions.Leaves,
            References = conditions.References,
        };
    }

    private string? Name(JsonValue value, Fields fields)
    {
        if (value["name"] is null)
        {
            mistakes.Add(value, "A rule has a 'name'.");
            return null;
        }

        var name = fields.Text("name");
        if (name is not null && !NameForm().IsMatch(name))
        {
            mistakes.Add(value["name"]!, $"'{name}' is no name of a rule. Write at most 64 letters, digits, '-', '_' and '.', beginning with a letter.");
        }

        return name;
    }

    private SignalDirection? ReadDirection(JsonValue value, Fields fields)
    {
        var word = fields.Word("direction", "long", "short", "exit", "neutral");
        if (value["score"] is not null)
        {
            if (value["direction"] is { } needless)
            {
                mistakes.Add(needless, "A score says its direction itself: leave out 'direction'.");
            }

            return null;
        }

        if (value["direction"] is null)
        {
            mistakes.Add(value, "A rule with 'when' has a 'direction': long, short, exit or neutral.");
        }

        return word is null ? null : Enum.Parse<SignalDirection>(word, ignoreCase: true);
    }

    private List<SeriesPattern> Patterns(Fields fields)
    {
        var patterns = new List<SeriesPattern>();
        foreach (var text in fields.Texts("symbols"))
        {
            try
            {
                patterns.AddRange(SeriesPattern.ParseAll(text.Text.Contains(':', StringComparison.Ordinal) ? text.Text : $"*:{text.Text}"));
            }
            catch (FormatException trouble)
            {
                mistakes.Add(text, trouble.Message);
            }
        }

        return patterns;
    }

    private List<IntervalRange> Ranges(Fields fields)
    {
        var ranges = new List<IntervalRange>();
        foreach (var text in fields.Texts("intervals"))
        {
            if (IntervalRange.TryParse(text.Text, out var range))
            {
                ranges.Add(range);
            }
            else
            {
                mistakes.Add(text, $"'{text.Text}' is no interval. Write 1m, 4h, 1d, 1w or 1M, or a range of them: 15m..4h (m is minutes, M is months).");
            }
        }

        return ranges;
    }

    private string Version(JsonValue value, Fields fields)
    {
        if (value["version"] is { Kind: JsonValueKind.Number })
        {
            return fields.Whole("version", 0, int.MaxValue)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";
        }

        if (fields.Text("version") is { } text)
        {
            return text;
        }

        var said = string.Join(
            ',', value.Fields.Where(field => field.Name is not ("title" or "description" or "symbols" or "intervals"))
                .OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => $"{field.Name}:{field.Value.Compact()}"));
        var bytes = Encoding.UTF8.GetBytes(value["score"] is null ? said : $"{said}|{defaults}");
        return Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 4));
    }

    private Score? ReadScore(JsonValue rule, ConditionReader conditions) =>
        rule["score"] is { } value ? new ScoreReader(mistakes, defaults.Over(rule, mistakes), conditions).Read(value) : null;

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex NameForm();
}
