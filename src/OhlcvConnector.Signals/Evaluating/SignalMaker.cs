using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Evaluating;

/// <summary>Writes down what made a signal.</summary>
internal static class SignalMaker
{
    public static Signal Make(Rule rule, Frame frame, Series series, long closeMs, decimal price, SignalDirection direction, bool isProvisional)
    {
        var parts = rule.Score is { } score ? PartsOf(score, frame) : PartsOf(rule.Leaves, frame);
        return new Signal
        {
            Id = Signal.IdOf(series, closeMs, rule.Name, rule.Version),
            Series = series,
            CloseMs = closeMs,
            Rule = rule.Name,
            Version = rule.Version,
            Title = rule.Title,
            Direction = direction,
            Strength = Math.Round(rule.Strength ?? (rule.Score is { } own ? Math.Abs(own.At(frame)) : 100 * parts.Sum(part =>
                Math.Abs(part.Score) * part.Weight)), 1),
            Price = price,
            Parts = parts,
            ValidUntilMs = rule.Valid.After(closeMs, series.Interval),
            IsProvisional = isProvisional,
        };
    }

    private static List<SignalPart> PartsOf(IReadOnlyList<WeighedLeaf> leaves, Frame frame)
    {
        var weights = leaves.Sum(leaf => leaf.Weight);
        var parts = new List<SignalPart>();
        foreach (var leaf in leaves)
        {
            var counts = leaf.Condition.At(frame, 0) == (leaf.IsDenied ? Truth.False : Truth.True) || leaf.Condition.HoldsAt(frame, 0) == Truth.True
                && leaf.Condition.IsEvent && !leaf.IsDenied;
            parts.Add(new SignalPart(leaf.IsDenied ? $"not {leaf.Text}" : leaf.Text, ValueOf(leaf, frame), counts ? 1 : 0, leaf.Weight / weights));
        }

        return parts;
    }

    private static List<SignalPart> PartsOf(Score score, Frame frame)
    {
        var parts = new List<SignalPart>();
        foreach (var group in score.Groups)
        {
            foreach (var vote in group.Votes)
            {
                var side = vote.At(frame) ?? 0;
                var shown = vote.Shown(side);
                parts.Add(new SignalPart(shown.Text, ValueOf(shown, frame), side, score.ShareOf(group, vote), group.Name));
            }
        }

        return parts;
    }

    private static double? ValueOf(WeighedLeaf leaf, Frame frame) => leaf.First >= 0 && frame[leaf.First, 0] is var value && double.IsFinite(value) ? value
        : null;
}
