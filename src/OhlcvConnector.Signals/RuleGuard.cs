using System.Collections.Concurrent;
using System.Globalization;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Signals.Evaluating;

namespace OhlcvConnector.Signals;

/// <summary>A rule that was stopped for all series.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="At">When, UTC.</param>
public sealed record StoppedRule(string Rule, string Reason, DateTimeOffset At);

/// <summary>
/// Stops rules that are too slow or say too much, over all evaluators that share it, so that the others go on. What it stopped stays so: other rules come with
/// a guard of their own. Evaluators are used by one thread at a time; they may be made on any.
/// </summary>
/// <param name="limits">What a rule may cost and say.</param>
/// <param name="clock">Measures evaluations, and says when a rule was stopped.</param>
public sealed class RuleGuard(RuleLimits limits, TimeProvider clock)
{
    /// <summary>Number of a rule's evaluations that are looked at, over all series.</summary>
    public const int LastCloses = 64;

    /// <summary>Number of these that must have been slow: one pause of the machine stops no rule.</summary>
    public const int MostSlow = 16;

    private readonly ConcurrentDictionary<string, RulePace> _paces = new();
    private readonly ConcurrentQueue<StoppedRule> _stopped = new();
    private readonly long _mostTicks = Math.Max(1, (long)(limits.Milliseconds / 1000 * clock.TimestampFrequency));

    /// <summary>The rules that it stopped, in that order.</summary>
    public IReadOnlyCollection<StoppedRule> Stopped => _stopped;

    /// <summary>Takes a signal into account.</summary>
    /// <param name="signal">A signal that is to be told.</param>
    /// <returns>False when it is one too many, or its rule is stopped: it is not to be told.</returns>
    public bool Admits(Signal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        var pace = PaceOf(signal.Rule);
        if (pace.IsStopped)
        {
            return false;
        }

        if (pace.Count(signal.CloseMs) <= limits.SignalsPerHour)
        {
            return true;
        }

        Stop(signal.Rule, pace, string.Create(
            CultureInfo.InvariantCulture,
            $"it gave more than {limits.SignalsPerHour} signals of candles that closed within the hour to {signal.CloseTime:yyyy-MM-dd HH:mm} UTC ({signal.Series} was the one too many)"));
        return false;
    }

    internal long Now => clock.GetTimestamp();

    internal RulePace PaceOf(string rule) => _paces.GetOrAdd(rule, _ => new RulePace());

    /// <summary>Takes how long an evaluation took into account.</summary>
    internal void Took(string rule, RulePace pace, long ticks)
    {
        if (pace.Took(ticks > _mostTicks) >= MostSlow && !pace.IsStopped)
        {
            Stop(rule, pace, string.Create(
                CultureInfo.InvariantCulture,
                $"{MostSlow} of its last {LastCloses} evaluations took longer than {limits.Milliseconds} ms, the last one {1000.0 * ticks / clock.TimestampFrequency:0.###} ms"));
        }
    }

    private void Stop(string rule, RulePace pace, string reason)
    {
        pace.IsStopped = true;
        _stopped.Enqueue(new StoppedRule(rule, reason, clock.GetUtcNow()));
    }
}
