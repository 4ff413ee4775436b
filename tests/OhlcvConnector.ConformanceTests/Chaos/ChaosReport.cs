using System.Globalization;

namespace OhlcvConnector.ConformanceTests.Chaos;

/// <summary>What one kind of fault did.</summary>
/// <param name="Kind">The kind; null for the time without faults.</param>
/// <param name="Injected">How many were begun.</param>
/// <param name="Hits">How many messages, requests or connections they hit.</param>
/// <param name="Closes">Closed candles that fell into one's time.</param>
/// <param name="Worst">The longest time from such a candle's end to its delivery, in market time.</param>
internal sealed record ChaosLine(SandboxFaultKind? Kind, long Injected, long Hits, long Closes, TimeSpan Worst);

/// <summary>A moment's memory of the whole process, the sandbox and the checks included.</summary>
internal sealed record ChaosMemory(string When, long HeapBytes, long ResidentBytes);

/// <summary>What a run showed.</summary>
internal sealed record ChaosReport(
    ChaosFindings Findings,
    long Series,
    long FewestClosed,
    long Closed,
    long Quotes,
    TimeSpan Market,
    IReadOnlyList<ChaosLine> Lines,
    IReadOnlyList<ChaosMemory> Memory,
    SandboxStatistics Sandbox)
{
    /// <summary>The table that docs/delivery.md shows.</summary>
    public string Table()
    {
        var text = new System.Text.StringBuilder();
        Line($"{Series} series, {Market.TotalMinutes:F0} market minutes, {Quotes} quotes, {Closed} closed (fewest of a series {FewestClosed}), {Lines.Sum(line => line.Injected)} faults");
        Line($"lost {Findings.Lost}, doubled {Findings.Doubled}, out of order {Findings.OutOfOrder}, wrong values {Findings.WrongValues}, stale updates {Findings.StaleUpdates}, limits exceeded {Sandbox.Violations}; {Sandbox.ConnectionsOpened} connections");
        Line($"{Findings.Inferred} closes inferred from the stream where history did not answer, {Findings.InferredOtherwise} of them otherwise in the books");
        Line($"{Findings.Announced} candles that history lacked by a fault, announced as gaps");
        foreach (var memory in Memory)
        {
            Line($"memory {memory.When,-7} heap {memory.HeapBytes / 1_048_576.0:F1} MB, resident {memory.ResidentBytes / 1_048_576.0:F0} MB");
        }

        Line($"| fault | begun | hits | closes in its time | worst from close to delivery, market s |");
        Line($"|---|---:|---:|---:|---:|");
        foreach (var line in Lines)
        {
            Line($"| {line.Kind?.ToString() ?? "(none)"} | {line.Injected} | {line.Hits} | {line.Closes} | {line.Worst.TotalSeconds:F1} |");
        }

        foreach (var example in Findings.Examples)
        {
            Line($"! {example}");
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
