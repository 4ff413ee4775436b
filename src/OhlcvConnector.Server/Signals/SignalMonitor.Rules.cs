using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <summary>The rules: which stand, which were stopped, and what is wrong with them.</summary>
internal sealed partial class SignalMonitor
{
    private const int MostShown = 1_000;

    private readonly ConcurrentQueue<RuleTrouble> _stoppedOn = new();
    private int _reported;

    /// <summary>The rules that were stopped for all series, because they were too slow or said too much.</summary>
    public IReadOnlyCollection<StoppedRule> Stopped => _guard.Stopped;

    /// <summary>The rules that are not evaluated on one series, at most 1,000: they failed there, or its candles do not make theirs.</summary>
    public IReadOnlyCollection<RuleTrouble> StoppedOn => _stoppedOn;

    private void Report(IReadOnlyList<RuleTrouble> troubles)
    {
        foreach (var trouble in troubles)
        {
            _metrics.Troubles.WithLabels(trouble.IsStopped ? "stopped" : "reported").Inc();
            LogTrouble(_logger, trouble.Rule, trouble.Series, trouble.Message);
            if (trouble.IsStopped && _stoppedOn.Count < MostShown)
            {
                _stoppedOn.Enqueue(trouble);
            }
        }
    }

    /// <summary>Reports the rules that were stopped for all series since the last look.</summary>
    private void ReportStopped()
    {
        if (_guard.Stopped.Count == _reported)
        {
            return;
        }

        foreach (var stopped in _guard.Stopped.Skip(_reported))
        {
            _reported++;
            _metrics.Troubles.WithLabels("stopped").Inc();
            LogStopped(_logger, stopped.Rule, stopped.Reason);
        }

        _metrics.Stopped.Set(_reported);
    }

    /// <summary>Looks at the file of rules again and again; new rules go through the past of each series first.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, _options.TimeProvider);
        try
        {
            do
            {
                _inbox.Writer.TryWrite(() =>
                {
                    if (_file.Look())
                    {
                        BeginAnew();
                    }

                    Measure();
                });
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // the server stops
        }
    }

    /// <summary>Begins with the rules of the file, none of them stopped: each goes through the past of each series first.</summary>
    private void BeginAnew()
    {
        (_guard, _reported) = (new RuleGuard(_file.Config.Limits, _options.TimeProvider), 0);
        _metrics.Stopped.Set(0);
        _stoppedOn.Clear();
        foreach (var watched in _watched.Values)
        {
            Report(_file.Rules.ProblemsOf(watched.Series));
            ReadPast(watched);
        }
    }

    [LoggerMessage(ServerEventIds.SignalRuleTroubled, LogLevel.Warning, "Rule {Rule} on {Series}: {Problem}")]
    private static partial void LogTrouble(ILogger logger, string rule, Series series, string problem);

    [LoggerMessage(
        ServerEventIds.SignalRuleStopped, LogLevel.Error,
        "Rule {Rule} was stopped on all series until its file changes: {Problem}. What it said before is kept and told; the other rules go on")]
    private static partial void LogStopped(ILogger logger, string rule, string problem);
}
