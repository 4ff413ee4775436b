using System.Globalization;
using System.Text;

namespace OhlcvConnector.ConformanceTests.Independent;

/// <summary>What a run found, as tables.</summary>
internal sealed class JudgeReport(JudgePlan plan, IReadOnlyList<Verdict> verdicts)
{
    public IReadOnlyList<Verdict> Verdicts => verdicts;

    public bool IsClean => verdicts.All(verdict => verdict.IsClean);

    /// <summary>The first findings of each market, and what the venues themselves complain about.</summary>
    public string Findings(int most) => string.Join('\n', verdicts.SelectMany(verdict => verdict.Findings.Take(most).Concat(verdict.Venue.Complaints.Take(5))));

    /// <summary>The offences of each market in a line.</summary>
    public string Offences() => string.Join("; ", verdicts.Where(verdict => !verdict.IsClean).Select(verdict =>
        $"{verdict.Venue.Name} {string.Join(' ', Enum.GetValues<Offence>().Where(offence => verdict.Count(offence) > 0).Select(offence => $"{offence} {verdict.Count(offence)}"))}"));

    public string Table()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Seed {plan.Seed}, {plan.Length.TotalMinutes:0.#} minutes at {plan.Speed:0} times real time.\n");
        var offences = Enum.GetValues<Offence>();
        text.AppendLine($"| market | {string.Join(" | ", verdicts.Select(verdict => verdict.Venue.Name))} |");
        text.AppendLine($"|---|{string.Concat(verdicts.Select(_ => "---:|"))}");
        Row(text, "closed candles", verdict => verdict.Closed);
        Row(text, "open updates", verdict => verdict.Open);
        foreach (var offence in offences)
        {
            Row(text, Words(offence.ToString()), verdict => verdict.Count(offence));
        }

        Row(text, "inferred closes", verdict => verdict.Inferred);
        Row(text, "of those without their last trades", verdict => verdict.InferredShort);
        Row(text, "candles rightly announced as missing", verdict => verdict.GapCandles);
        Row(text, "visitors served", verdict => verdict.Visits);
        Row(text, "ranges of history read", verdict => verdict.Histories);
        Row(text, "reads refused with a documented error", verdict => verdict.Refusals.Values.Sum());
        Row(text, "connections made", verdict => verdict.Venue.ConnectionsMade);
        Row(text, "REST requests", verdict => verdict.Venue.Requests);
        Row(text, "most weight in a minute", verdict => verdict.Venue.HeaviestMinute);
        Row(text, "worst from end to close, s", verdict => (long)verdict.WorstSeconds);
        text.AppendLine().AppendLine("| fault | begun | felt | closes in its time | worst from end to close, s of market time |")
            .AppendLine("|---|---:|---:|---:|---:|");
        foreach (var kind in Enum.GetValues<FaultKind>().Where(kind => verdicts.Any(verdict => verdict.Venue.Faults.Begun(kind) > 0)))
        {
            var delays = verdicts.Select(verdict => verdict.Delay(kind)).ToList();
            text.AppendLine(CultureInfo.InvariantCulture, $"| `{kind}` | {verdicts.Sum(verdict => verdict.Venue.Faults.Begun(kind))} | {verdicts.Sum(verdict => verdict.Venue.Faults.Hits(kind))} | {delays.Sum(delay => delay.Closes)} | {delays.Max(delay => delay.WorstSeconds):0.0} |");
        }

        return text.ToString();
    }

    private static string Words(string name) =>
        string.Concat(name.Select((letter, at) => char.IsUpper(letter) ? (at > 0 ? " " : "") + char.ToLowerInvariant(letter) : letter.ToString()));

    private void Row(StringBuilder text, string name, Func<Verdict, long> value) =>
        text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", verdicts.Select(verdict => value(verdict).ToString(CultureInfo.InvariantCulture)))} |");
}
