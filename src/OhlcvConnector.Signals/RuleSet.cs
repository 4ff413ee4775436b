using System.Collections.Concurrent;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals.Evaluating;

namespace OhlcvConnector.Signals;

/// <summary>Rules made ready for series: those of one interval with the same rules share what is worked out once. For any number of threads.</summary>
/// <param name="rules">The rules.</param>
public sealed class RuleSet(IReadOnlyList<Rule> rules)
{
    private readonly ConcurrentDictionary<(Interval, string), IReadOnlyList<RulePlan>> _plans = new();

    /// <summary>The rules.</summary>
    public IReadOnlyList<Rule> Rules { get; } = rules;

    /// <summary>The rules of a series, those that its interval makes impossible left out.</summary>
    /// <param name="series">The series.</param>
    public IReadOnlyList<Rule> Of(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return [.. Rules.Where(rule => rule.AppliesTo(series) && rule.ProblemOn(series.Interval) is null)];
    }

    /// <summary>The rules that are meant for a series and cannot be evaluated on its candles, with the reason.</summary>
    /// <param name="series">The series.</param>
    public IReadOnlyList<RuleTrouble> ProblemsOf(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return
        [
            .. Rules.Where(rule => rule.AppliesTo(series)).Select(rule => (Rule: rule, Problem: rule.ProblemOn(series.Interval)))
                .Where(one => one.Problem is not null).Select(one => new RuleTrouble(one.Rule.Name, series, $"The rule is not evaluated: {one.Problem}.",
                    IsStopped: true)),
        ];
    }

    /// <summary>The plans of a series, one for each way of treating gaps that its rules have.</summary>
    internal IReadOnlyList<RulePlan> PlansOf(Series series)
    {
        var own = Of(series);
        var names = string.Join('\n', own.Select(rule => rule.Name));
        return _plans.GetOrAdd(
            (series.Interval, names),
            _ => [.. own.GroupBy(rule => rule.AfterGap).OrderBy(group => group.Key).Select(group => new RulePlan(series.Interval, [.. group]))]);
    }
}

/// <summary>A forecast as a rule uses it.</summary>
/// <param name="Point">The point, in its target's unit.</param>
/// <param name="BeatsNaive">Whether its model beats no change; one that does not counts only where the rule says <c>forced</c>.</param>
public readonly record struct RuleForecast(double Point, bool BeatsNaive);

/// <summary>
/// The rules of one series, candle by candle: add a closed one, and get the signals that it makes. Nothing is allocated where there is none. It has no
/// clock but that of a guard, and does no I/O, so that the same candles give the same signals, live and in the past. Not for several threads at once.
/// </summary>
public sealed class RuleEvaluator
{
    private readonly RuleGroup[] _groups;
    private readonly RuleTroubles _troubles = new();
    private readonly bool _omitsQuietCandles;
    private long _nextMs;

    /// <summary>Makes one, before its first candle.</summary>
    /// <param name="series">The series.</param>
    /// <param name="rules">The rules, of which it takes those of the series.</param>
    /// <param name="omitsQuietCandles">True when the exchange publishes nothing for a candle without trades, so that only what is announced is a gap.</param>
    /// <param name="forecasts">
    /// Gives the forecast of a model, by its name, that was known at the close of the candle that opened at a time (Unix epoch milliseconds UTC); null where
    /// there was none. Without it, rules that ask for forecasts are not evaluated, which is a trouble.
    /// </param>
    /// <param name="guard">Measures the rules and stops those that it must; null to let each take its time, so that the same candles give the same.</param>
    public RuleEvaluator(
        Series series, RuleSet rules, bool omitsQuietCandles = false, Func<string, long, RuleForecast?>? forecasts = null, RuleGuard? guard = null)
    {
        ArgumentNullException.ThrowIfNull(rules);
        (Series, _omitsQuietCandles) = (series, omitsQuietCandles);
        _groups = [.. rules.PlansOf(series).Select(plan => new RuleGroup(plan, series, forecasts, guard))];
        foreach (var rule in Rules.Where(rule => forecasts is null && rule.Forecasts.Any()).ToList())
        {
            Array.ForEach(_groups, group => group.Stop(rule.Name));
            _troubles.Add(rule.Name, series, $"The rule is not evaluated: nothing forecasts here, and it asks for {string.Join(", ", rule.Forecasts)}.", isStopped: true);
        }
    }

    /// <summary>The series.</summary>
    public Series Series { get; }

    /// <summary>The rules.</summary>
    public IEnumerable<Rule> Rules => _groups.SelectMany(group => group.Plan.Rules);

    /// <summary>The end of the last candle, Unix epoch milliseconds UTC; 0 before the first.</summary>
    public long LastMs => _nextMs;

    /// <summary>Number of candles that were left out because they are no newer than the last.</summary>
    public long Stale { get; private set; }

    /// <summary>Number of times that a rule divided by zero.</summary>
    public long Divisions => _troubles.Divisions;

    /// <summary>Adds a closed candle.</summary>
    /// <param name="quote">The candle; a revision of an earlier one changes nothing.</param>
    /// <returns>The signals that it makes; mostly none.</returns>
    /// <exception cref="ArgumentException">The candle is open.</exception>
    public IReadOnlyList<Signal> Add(in PriceQuote quote) => !quote.IsClosed
        ? throw new ArgumentException("Only closed candles make signals; an open one can be previewed.", nameof(quote))
        : quote.IsRevision ? [] : Add(new Bar(quote), quote.Close, quote.GapBefore is not null);

    /// <summary>Adds a closed candle.</summary>
    /// <param name="bar">The candle, with its times.</param>
    /// <param name="price">The last price, exact.</param>
    /// <param name="isAfterGap">True when candles before it are missing for good; candles that do not follow each other say so by their times, unless
    /// quiet ones are omitted.</param>
    /// <returns>The signals that it makes; mostly none.</returns>
    public IReadOnlyList<Signal> Add(in Bar bar, decimal price, bool isAfterGap = false)
    {
        if (bar.OpenMs < _nextMs)
        {
            Stale++;
            return [];
        }

        var isGap = isAfterGap || (_nextMs != 0 && bar.OpenMs != _nextMs && !_omitsQuietCandles);
        _nextMs = Series.Interval.NextMs(bar.OpenMs);
        List<Signal>? signals = null;
        var whole = bar.CloseMs == _nextMs ? bar : bar with { CloseMs = _nextMs };
        foreach (var group in _groups)
        {
            if (isGap && group.Plan.Rules[0].AfterGap == AfterGap.Reset)
            {
                group.Reset();
            }

            group.Add(whole, price, ref signals, _troubles);
        }

        return signals ?? (IReadOnlyList<Signal>)[];
    }

    /// <summary>
    /// Says what an open candle would make if it closed as it is, and changes nothing. Such signals are provisional, and say so. Longer candles are seen as the
    /// last that has closed: an open candle ends none.
    /// </summary>
    /// <param name="quote">The candle.</param>
    public IReadOnlyList<Signal> Preview(in PriceQuote quote)
    {
        var bar = new Bar(quote);
        List<Signal>? signals = null;
        if (bar.OpenMs >= _nextMs)
        {
            foreach (var group in _groups)
            {
                group.Preview(bar, quote.Close, ref signals, _troubles);
            }
        }

        return signals ?? (IReadOnlyList<Signal>)[];
    }

    /// <summary>The open time of the first candle to add so that a later one is judged as with a long history, Unix epoch milliseconds UTC.</summary>
    /// <param name="openMs">The open time of the later one, Unix epoch milliseconds UTC.</param>
    public long BeginMs(long openMs) => _groups.Select(group => group.Plan.BeginMs(openMs)).DefaultIfEmpty(openMs).Min();

    /// <summary>Takes up the last signal of a rule that an earlier run gave, so that cool-downs and exits go on over a restart.</summary>
    /// <param name="rule">Name of the rule.</param>
    /// <param name="closeMs">The close of the signal, Unix epoch milliseconds UTC.</param>
    /// <param name="direction">Its direction.</param>
    public void Recall(string rule, long closeMs, SignalDirection direction) => Array.ForEach(_groups, group => group.Recall(rule, closeMs, direction));

    /// <summary>Takes the troubles that there were since this was last asked.</summary>
    public IReadOnlyList<RuleTrouble> TakeTroubles() => _troubles.Take();
}
