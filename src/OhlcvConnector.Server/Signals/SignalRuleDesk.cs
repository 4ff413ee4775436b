using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <summary>
/// The rules that stand, which of them were stopped, and what is wrong with them. What changes is for the monitor's one loop; anybody may read.
/// </summary>
internal sealed partial class SignalRuleDesk(SignalRuleFile file, SignalMetrics metrics, ServerOptions options, ILogger<SignalRuleDesk> logger)
{
    private const int MostShown = 1_000;

    private readonly ConcurrentQueue<RuleTrouble> _stoppedOn = new();
    private int _reported;

    /// <summary>The rules.</summary>
    public RuleSet Rules => file.Rules;

    /// <summary>Stops those that are too slow or say too much.</summary>
    public RuleGuard Guard { get; private set; } = new(file.Config.Limits, options.TimeProvider);

    /// <summary>The file; null for none.</summary>
    public string? Path => file.Path;

    /// <summary>Text of the rules that stand.</summary>
    public string Text => file.Text;

    /// <summary>What is wrong with the file as it is now; null when nothing is.</summary>
    public string? Problem => file.Problem;

    /// <summary>The rules that are not evaluated on one series, at most 1,000: they failed there, or its candles do not make theirs.</summary>
    public IReadOnlyCollection<RuleTrouble> StoppedOn => _stoppedOn;

    /// <summary>Looks at the file. For any thread; new rules stand at once, and <see cref="Begin"/> is to follow.</summary>
    /// <returns>True when there are new ones.</returns>
    public bool Look() => file.Look();

    /// <summary>Begins with new rules: none of them is stopped.</summary>
    public void Begin()
    {
        (Guard, _reported) = (new RuleGuard(file.Config.Limits, options.TimeProvider), 0);
        metrics.Stopped.Set(0);
        _stoppedOn.Clear();
    }

    /// <summary>Puts a text in the place of the rules that stand, and of their file. For any thread; <see cref="Begin"/> is to follow.</summary>
    /// <param name="text">The file, UTF-8.</param>
    /// <returns>What is wrong, all of it; empty when they stand.</returns>
    /// <exception cref="IOException">The file cannot be written; the rules before it stand.</exception>
    public IReadOnlyList<ConfigMistake> Take(byte[] text) => file.Take(text);

    /// <summary>Reports what went wrong with rules on a series, and the rules that were stopped on all since this was last asked.</summary>
    public void Report(IReadOnlyList<RuleTrouble> troubles)
    {
        foreach (var trouble in troubles)
        {
            metrics.Troubles.WithLabels(trouble.IsStopped ? "stopped" : "reported").Inc();
            LogTrouble(logger, trouble.Rule, trouble.Series, trouble.Message);
            if (trouble.IsStopped && _stoppedOn.Count < MostShown)
            {
                _stoppedOn.Enqueue(trouble);
            }
        }

        if (Guard.Stopped.Count == _reported)
        {
            return;
        }

        foreach (var stopped in Guard.Stopped.Skip(_reported))
        {
            _reported++;
            metrics.Troubles.WithLabels("stopped").Inc();
            LogStopped(logger, stopped.Rule, stopped.Reason);
        }

        metrics.Stopped.Set(_reported);
    }

    [LoggerMessage(ServerEventIds.SignalRuleTroubled, LogLevel.Warning, "Rule {Rule} on {Series}: {Problem}")]
    private static partial void LogTrouble(ILogger logger, string rule, Series series, string problem);

    [LoggerMessage(
        ServerEventIds.SignalRuleStopped, LogLevel.Error,
        "Rule {Rule} was stopped on all series until its file changes or the server starts again: {Problem}. What it said before is kept and told; the other rules go on")]
    private static partial void LogStopped(ILogger logger, string rule, string problem);
}
