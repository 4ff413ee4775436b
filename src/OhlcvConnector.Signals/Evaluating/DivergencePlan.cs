using OhlcvConnector.Domain;

namespace OhlcvConnector.Signals.Evaluating;

/// <summary>A divergence and its columns.</summary>
internal sealed record DivergencePlan(int Of, int High, int Low, int Column, bool IsHidden, int Within, Interval? Interval)
{
    /// <summary>Number of values that a turn is found among.</summary>
    public const int Span = 5;
}
