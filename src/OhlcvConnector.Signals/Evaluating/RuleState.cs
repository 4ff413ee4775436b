using OhlcvConnector.Application.Signals;

namespace OhlcvConnector.Signals.Evaluating;

/// <summary>What is remembered of a rule and a series from close to close.</summary>
internal struct RuleState
{
    /// <summary>A run whose beginning is not known.</summary>
    public const int Endless = int.MaxValue / 2;

    /// <summary>Closes that what the rule says has lasted; -1 where that is not known.</summary>
    public int Run;

    /// <summary>For a score: the side that the run is of.</summary>
    public SignalDirection Side;

    /// <summary>The close of the last signal, Unix epoch milliseconds UTC; 0 before the first.</summary>
    public long LastMs;

    /// <summary>The direction of the last signal that was long or short; neutral after an exit.</summary>
    public SignalDirection Held;

    /// <summary>True when the rule is stopped.</summary>
    public bool IsStopped;

    /// <summary>True when it was reported that the rule divides by zero.</summary>
    public bool IsReported;

    public static RuleState New => new() { Run = -1 };
}
