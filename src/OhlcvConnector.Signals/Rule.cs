using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals;

/// <summary>A rule: when it speaks, of which series, and what it says. Rules are read from JSON: <see cref="TradingConfig"/>.</summary>
public sealed class Rule
{
    internal Rule()
    {
    }

    /// <summary>The name; no other rule has it.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, in words for people; the name when nothing better was said.</summary>
    public required string Title { get; init; }

    /// <summary>Name of the built-in set that it belongs to; null for a rule of the user.</summary>
    public string? Set { get; init; }

    /// <summary>Version: as its author counts, or a hash of what it says.</summary>
    public required string Version { get; init; }

    /// <summary>Direction of its signals; null for a score, which gives several.</summary>
    public SignalDirection? Direction { get; init; }

    /// <summary>Strength of its signals, 0 to 100; null when that is the share of its conditions that hold, or the score.</summary>
    public double? Strength { get; init; }

    /// <summary>Number of closes that what it says must have lasted.</summary>
    public int Confirm { get; init; } = 1;

    /// <summary>True when it speaks at every close where it is true, instead of the first of them.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Behaviour when candles are missing: begin anew, or look across.</summary>
    public AfterGap AfterGap { get; init; }

    /// <summary>The symbols as they were written, such as <c>binance/usdm:*USDT</c>; empty for all.</summary>
    public IReadOnlyList<SeriesPattern> Symbols { get; init; } = [];

    /// <summary>The intervals as they were written, such as <c>1h</c> or <c>15m..4h</c>; empty for all.</summary>
    public IReadOnlyList<IntervalRange> Intervals { get; init; } = [];

    /// <summary>The conditions as they were written.</summary>
    public IEnumerable<string> Conditions => Leaves.Select(leaf => leaf.Text);

    /// <summary>Names of the models whose forecasts it asks for.</summary>
    public IEnumerable<string> Forecasts => References.OfType<ForecastReference>().Select(forecast => forecast.Model).Distinct();

    /// <summary>Time after a signal without another one of the same series.</summary>
    internal Span? CoolDown { get; init; }

    /// <summary>Time for which a signal is meant to be acted on.</summary>
    internal Span Valid { get; init; }

    internal Condition? When { get; init; }

    internal Score? Score { get; init; }

    /// <summary>The texts of which it is made, with their weights.</summary>
    internal IReadOnlyList<WeighedLeaf> Leaves { get; init; } = [];

    internal IReadOnlyList<Reference> References { get; init; } = [];

    /// <summary>Closes that it looks back over.</summary>
    internal int Reach => Math.Max(When?.Reach ?? 0, Leaves.Select(leaf => leaf.Condition.Reach).DefaultIfEmpty().Max());

    /// <summary>Returns true when it is about a series.</summary>
    /// <param name="series">The series.</param>
    public bool AppliesTo(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return (Intervals.Count == 0 || Intervals.Any(range => range.Contains(series.Interval)))
            && (Symbols.Count == 0 || Symbols.Any(pattern => pattern.Matches(series)));
    }

    /// <summary>Returns the reason why it cannot be evaluated on an interval; null when it can.</summary>
    /// <param name="interval">The interval of the series.</param>
    public string? ProblemOn(Interval interval) => References
        .Where(reference => reference.Interval is { } longer && longer != interval && !interval.Makes(longer))
        .Select(reference => $"candles of {interval} do not make candles of {reference.Interval}")
        .FirstOrDefault();

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A range of intervals, both ends included: one interval, <c>15m..4h</c>, <c>1h..</c> or <c>..1d</c>.</summary>
/// <param name="Shortest">The shortest; null for no limit.</param>
/// <param name="Longest">The longest; null for no limit.</param>
public readonly record struct IntervalRange(Interval? Shortest, Interval? Longest)
{
    /// <summary>Returns true when an interval is in the range.</summary>
    public bool Contains(Interval interval) => Shortest is { } one && Longest is { } other && one == other
        ? interval == one
        : (Shortest is not { } shortest || interval >= shortest) && (Longest is not { } longest || interval <= longest);

    /// <summary>Reads a range.</summary>
    /// <returns>False when it is none.</returns>
    public static bool TryParse(string? text, out IntervalRange range)
    {
        range = default;
        if (Interval.TryParse(text, out var one))
        {
            range = new IntervalRange(one, one);
            return true;
        }

        var dots = text?.IndexOf("..", StringComparison.Ordinal) ?? -1;
        if (text is null || dots < 0 || text.Length == 2)
        {
            return text == "*";
        }

        var (from, to) = (text[..dots], text[(dots + 2)..]);
        if ((from.Length > 0 && !Interval.TryParse(from, out _)) || (to.Length > 0 && !Interval.TryParse(to, out _)))
        {
            return false;
        }

        range = new IntervalRange(from.Length > 0 ? Interval.Parse(from) : null, to.Length > 0 ? Interval.Parse(to) : null);
        return true;
    }
}
