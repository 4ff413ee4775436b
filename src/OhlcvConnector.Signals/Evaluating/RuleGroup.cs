using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Evaluating;

/// <summary>The rules of a series that treat gaps alike, with the indicators that they share.</summary>
internal sealed class RuleGroup
{
    private readonly RulePlan _plan;
    private readonly Series _series;
    private readonly IndicatorSet? _set;
    private readonly Func<string, long, RuleForecast?>? _forecasts;
    private readonly HashSet<string> _unused = [];
    private readonly ValueAreaWindow[] _areas;
    private readonly Divergence[] _divergences;
    private readonly Divergence[] _spare;
    private readonly RuleState[] _states;
    private readonly Frame _frame;
    private readonly RuleGuard? _guard;
    private readonly RulePace[]? _paces;

    public RuleGroup(RulePlan plan, Series series, Func<string, long, RuleForecast?>? forecasts, RuleGuard? guard)
    {
        (_plan, _series, _set, _forecasts) = (plan, series, plan.NewSet(), forecasts);
        (_guard, _paces) = (guard, guard is null ? null : [.. plan.Rules.Select(rule => guard.PaceOf(rule.Name))]);
        _areas = [.. plan.AreaSizes.Select(size => new ValueAreaWindow(size))];
        (_divergences, _spare) = ([.. plan.Divergences.Select(one => new Divergence(one))], new Divergence[plan.Divergences.Length]);
        _states = new RuleState[plan.Rules.Length];
        Array.Fill(_states, RuleState.New);
        _frame = new Frame(plan.Width, plan.Depth);
    }

    public RulePlan Plan => _plan;

    /// <summary>Forgets the candles, and how long things lasted; not which signals there were.</summary>
    public void Reset()
    {
        _set?.Reset();
        Array.ForEach(_areas, area => area.Clear());
        for (var index = 0; index < _divergences.Length; index++)
        {
            _divergences[index] = new Divergence(_plan.Divergences[index]);
        }

        _frame.Clear();
        foreach (ref var state in _states.AsSpan())
        {
            state.Run = -1;
        }
    }

    /// <summary>Takes a closed candle and judges it.</summary>
    public void Add(in Bar bar, decimal price, ref List<Signal>? signals, RuleTroubles troubles)
    {
        var row = Write(bar);
        _set?.Add(bar);
        _set?.Read(row[RulePlan.FirstIndicator..(RulePlan.FirstIndicator + _plan.IndicatorColumns)]);
        for (var index = 0; index < _areas.Length; index++)
        {
            _areas[index].Add(bar);
            _areas[index].Write(row.Slice(_plan.FirstArea + (3 * index), 3));
        }

        for (var index = 0; index < _divergences.Length; index++)
        {
            row[_plan.Divergences[index].Column] = _divergences[index].Push(row, bar);
        }

        for (var index = 0; index < _plan.Forecasts.Length; index++)
        {
            row[_plan.FirstForecast + index] = Known(_plan.Forecasts[index], bar.OpenMs, troubles);
        }

        var began = _guard?.Now ?? 0;
        for (var index = 0; index < _states.Length; index++)
        {
            if (_paces is not null && _paces[index].IsStopped)
            {
                continue;
            }

            Decide(index, bar, price, ref _states[index], isProvisional: false, ref signals, troubles);
            if (_guard is not null)
            {
                var ended = _guard.Now;
                _guard.Took(_plan.Rules[index].Name, _paces![index], ended - began);
                began = ended;
            }
        }
    }

    /// <summary>Judges a candle that can still be open, and changes nothing.</summary>
    public void Preview(in Bar bar, decimal price, ref List<Signal>? signals, RuleTroubles troubles)
    {
        var row = Write(bar);
        _set?.Peek(bar, row[RulePlan.FirstIndicator..(RulePlan.FirstIndicator + _plan.IndicatorColumns)]);
        for (var index = 0; index < _areas.Length; index++)
        {
            _areas[index].Peek(bar, row.Slice(_plan.FirstArea + (3 * index), 3));
        }

        row.Slice(_plan.FirstForecast, _plan.Forecasts.Length).Fill(double.NaN); // of an open candle nothing is forecast

        _divergences.CopyTo(_spare, 0);
        for (var index = 0; index < _spare.Length; index++)
        {
            row[_plan.Divergences[index].Column] = _spare[index].Push(row, bar);
        }

        for (var index = 0; index < _states.Length; index++)
        {
            if (_paces is not null && _paces[index].IsStopped)
            {
                continue;
            }

            var state = _states[index];
            Decide(index, bar, price, ref state, isProvisional: true, ref signals, troubles);
        }

        _frame.Retreat();
    }

    /// <summary>Takes up what an earlier run said last of a rule.</summary>
    public void Recall(string rule, long closeMs, SignalDirection direction)
    {
        for (var index = 0; index < _states.Length; index++)
        {
            if (_plan.Rules[index].Name == rule && closeMs >= _states[index].LastMs)
            {
                _states[index].LastMs = closeMs;
                _states[index].Held = direction is SignalDirection.Long or SignalDirection.Short ? direction : SignalDirection.Neutral;
            }
        }
    }

    /// <summary>Stops a rule.</summary>
    public void Stop(string rule)
    {
        for (var index = 0; index < _states.Length; index++)
        {
            _states[index].IsStopped |= _plan.Rules[index].Name == rule;
        }
    }

    /// <summary>The forecast that was known at a close; that of a model that does not beat no change is not used, and that is told once.</summary>
    private double Known(ForecastReference wanted, long openMs, RuleTroubles troubles)
    {
        if (_forecasts?.Invoke(wanted.Model, openMs) is not { } known)
        {
            return double.NaN;
        }

        if (known.BeatsNaive || wanted.IsForced)
        {
            return known.Point;
        }

        foreach (var rule in _unused.Add(wanted.Model) ? _plan.Rules.Where(rule => rule.References.Contains(wanted)) : [])
        {
            troubles.Add(
                rule.Name, _series, $"The model {wanted.Model} does not beat no change, so its forecasts are not used; forecast:{wanted.Model}:forced uses them.", isStopped: false);
        }

        return double.NaN;
    }

    private Span<double> Write(in Bar bar)
    {
        var row = _frame.Advance();
        for (var source = 0; source < RulePlan.FirstIndicator; source++)
        {
            row[source] = bar[(PriceSource)source];
        }

        return row;
    }

    private void Decide(
        int index, in Bar bar, decimal price, ref RuleState state, bool isProvisional, ref List<Signal>? signals, RuleTroubles troubles)
    {
        if (state.IsStopped)
        {
            return;
        }

        var rule = _plan.Rules[index];
        _frame.Columns = _plan.Columns[index];
        _frame.HasDividedByZero = false;
        var closeMs = bar.CloseMs;
        try
        {
            if (Judge.Decide(rule, _frame, _series.Interval, closeMs, ref state) is { } direction)
            {
                (signals ??= []).Add(SignalMaker.Make(rule, _frame, _series, closeMs, price, direction, isProvisional));
            }
        }
        catch (Exception trouble) when (trouble is not OutOfMemoryException)
        {
            _states[index].IsStopped = true;
            troubles.Add(rule.Name, _series, $"The rule was stopped: {trouble.Message}", isStopped: true);
        }

        if (_frame.HasDividedByZero)
        {
            troubles.CountDivision();
            if (!_states[index].IsReported)
            {
                _states[index].IsReported = state.IsReported = true;
                troubles.Add(rule.Name, _series, "The rule divided by zero, so it said nothing of that candle.", isStopped: false);
            }
        }
    }
}
