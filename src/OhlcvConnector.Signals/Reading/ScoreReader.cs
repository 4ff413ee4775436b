using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Reading;

/// <summary>Reads the groups of a score.</summary>
internal sealed class ScoreReader(Mistakes mistakes, ScoreDefaults defaults, ConditionReader conditions)
{
    private static readonly string[] VoteNames = ["if", "long", "short", "weight"];

    public Score? Read(JsonValue value)
    {
        var groups = new List<ScoreGroup>();
        if (value.Kind != JsonValueKind.Object || value.Fields.Count == 0)
        {
            mistakes.Add(value, "A score is an object of groups: { \"trend\": [ \"ema:21 > ema:55\" ], \"momentum\": [ \"rsi:14 > 50\" ] }.");
            return null;
        }

        var names = ScoreDefaults.GroupNames;
        new Fields(value, mistakes).Know(names);
        foreach (var field in value.Fields.Where(field => names.Contains(field.Name)))
        {
            var votes = ReadVotes(field.Value);
            if (votes.Length > 0 && defaults.Weights[field.Name] > 0)
            {
                groups.Add(new ScoreGroup(field.Name, defaults.Weights[field.Name], votes));
            }
        }

        if (groups.Count == 0)
        {
            mistakes.Add(value, "No group of the score has a vote and a weight above 0.");
            return null;
        }

        return new Score([.. groups], defaults.Long, defaults.Short, defaults.Exit);
    }

    private Vote[] ReadVotes(JsonValue list)
    {
        if (list.Kind != JsonValueKind.Array || list.Items.Count == 0)
        {
            mistakes.Add(list, "A group is a list of votes, at least one: [ \"ema:21 > ema:55\" ].");
            return [];
        }

        return [.. list.Items.Select(ReadVote).OfType<Vote>()];
    }

    private Vote? ReadVote(JsonValue value)
    {
        if (value.Kind == JsonValueKind.String)
        {
            return conditions.ReadText(value, 1) is { } text ? new Vote(text, null, 1, IsEither: true) : null;
        }

        if (value.Kind != JsonValueKind.Object)
        {
            mistakes.Add(value, $"A vote is a text, or {{ \"long\": \"...\", \"short\": \"...\", \"weight\": 2 }}, not {value.KindName}.");
            return null;
        }

        var fields = new Fields(value, mistakes);
        fields.Know(VoteNames);
        var weight = fields.Number("weight", 0.001, 1_000) ?? 1;
        if (value["if"] is not null ? value["long"] is not null || value["short"] is not null : value["long"] is null && value["short"] is null)
        {
            mistakes.Add(value, "A vote has 'if', long where it holds and short where it does not, or 'long' and 'short', each where it holds.");
            return null;
        }

        var either = Leaf(value["if"], weight);
        var (up, down) = (Leaf(value["long"], weight), Leaf(value["short"], weight));
        return either is not null ? new Vote(either, null, weight, IsEither: true)
            : up is not null || down is not null ? new Vote(up, down, weight, IsEither: false) : null;
    }

    private WeighedLeaf? Leaf(JsonValue? value, double weight)
    {
        if (value is { Kind: not JsonValueKind.String })
        {
            mistakes.Add(value, $"This is a text, not {value.KindName}.");
        }

        return value is { Kind: JsonValueKind.String } ? conditions.ReadText(value, weight) : null;
    }
}

/// <summary>The weights and thresholds that scores have unless they say their own.</summary>
internal sealed record ScoreDefaults(IReadOnlyDictionary<string, double> Weights, double Long, double Short, double? Exit)
{
    private static readonly string[] ThresholdNames = ["long", "short", "exit"];

    public static ScoreDefaults Usual { get; } =
        new(Score.UsualWeights.ToDictionary(one => one.Name, one => one.Weight), Score.UsualThreshold, Score.UsualThreshold, null);

    public static IReadOnlyCollection<string> GroupNames { get; } = [.. Score.UsualWeights.Select(one => one.Name)];

    /// <summary>The same with what an object says in its fields <c>weights</c> and <c>thresholds</c>.</summary>
    public ScoreDefaults Over(JsonValue value, Mistakes mistakes)
    {
        var weights = Weights.ToDictionary(one => one.Key, one => one.Value);
        var (up, down, exit) = (Long, Short, Exit);
        if (Object(value["weights"], mistakes) is { } own)
        {
            var fields = new Fields(own, mistakes);
            fields.Know(GroupNames);
            foreach (var name in GroupNames)
            {
                weights[name] = fields.Number(name, 0, 1_000) ?? weights[name];
            }
        }

        if (Object(value["thresholds"], mistakes) is { } levels)
        {
            var fields = new Fields(levels, mistakes);
            fields.Know(ThresholdNames);
            up = fields.Number("long", 0.001, 100) ?? up;
            down = fields.Number("short", -100, 100) is { } read ? Math.Abs(read) : down;
            exit = fields.Number("exit", 0, 100) ?? exit;
            if (exit >= Math.Min(up, down) || down == 0)
            {
                mistakes.Add(levels, "The threshold of exit is below those of long and short, and these above 0: { \"long\": 60, \"short\": 60, \"exit\": 20 }.");
            }
        }

        return new ScoreDefaults(weights, up, down, exit);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{string.Join(',', Weights.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}{one.Value:R}"))}|{Long:R}|{Short:R}|{Exit:R}");

    /// <summary>The value where it is an object; null, and a mistake, where it is anything else.</summary>
    public static JsonValue? Object(JsonValue? value, Mistakes mistakes)
    {
        if (value is { Kind: not JsonValueKind.Object })
        {
            mistakes.Add(value, $"This is an object, not {value.KindName}.");
        }

        return value is { Kind: JsonValueKind.Object } ? value : null;
    }
}
