using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Evaluating;

/// <summary>Judges a close by a rule.</summary>
internal static class Judge
{
    /// <summary>Says whether a rule speaks at the last close, and changes what is remembered of it.</summary>
    public static SignalDirection? Decide(Rule rule, Frame frame, Interval interval, long closeMs, ref RuleState state)
    {
        var direction = rule.Score is { } score ? OfScore(score, rule, frame, ref state) : OfCondition(rule, frame, ref state) ? rule.Direction : null;
        if (direction is null || (rule.CoolDown is { } coolDown && state.LastMs > 0 && closeMs <= coolDown.After(state.LastMs, interval)))
        {
            return null;
        }

        state.LastMs = closeMs;
        state.Held = direction is SignalDirection.Long or SignalDirection.Short ? direction.Value : SignalDirection.Neutral;
        return direction;
    }

    private static bool OfCondition(Rule rule, Frame frame, ref RuleState state)
    {
        var condition = rule.When!;
        var now = condition.At(frame, 0);
        if (condition.IsEvent)
        {
            var lasts = state.Run > 0 && state.Run < rule.Confirm && condition.HoldsAt(frame, 0) == Truth.True;
            state.Run = now == Truth.True ? 1 : lasts ? state.Run + 1 : 0;
            return state.Run == rule.Confirm;
        }

        state.Run = now switch
        {
            Truth.Unknown => -1,
            Truth.False => 0,
            _ => state.Run < 0 ? RuleState.Endless : Math.Min(state.Run + 1, RuleState.Endless),
        };
        return rule.IsRepeated ? state.Run >= rule.Confirm : state.Run == rule.Confirm;
    }

    private static SignalDirection? OfScore(Score score, Rule rule, Frame frame, ref RuleState state)
    {
        var now = score.At(frame);
        if (double.IsNaN(now))
        {
            state.Run = -1;
            return null;
        }

        var side = now >= score.Long ? SignalDirection.Long
            : now <= -score.Short ? SignalDirection.Short
            : score.Exit is { } exit && Math.Abs(now) <= exit ? SignalDirection.Exit
            : SignalDirection.Neutral;
        state.Run = state.Run < 0 ? RuleState.Endless : side == state.Side ? Math.Min(state.Run + 1, RuleState.Endless) : 1;
        state.Side = side;
        var speaks = rule.IsRepeated ? state.Run >= rule.Confirm : state.Run == rule.Confirm;
        return !speaks || side == SignalDirection.Neutral || (side == SignalDirection.Exit && state.Held == SignalDirection.Neutral) ? null : side;
    }
}
