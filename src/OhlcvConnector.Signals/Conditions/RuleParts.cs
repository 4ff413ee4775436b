using OhlcvConnector.Domain;

namespace OhlcvConnector.Signals.Conditions;

/// <summary>A stretch of time: a number of candles, or a length.</summary>
/// <param name="Candles">The number of candles; 0 where a length is said.</param>
/// <param name="Length">The length; null where candles are counted.</param>
internal readonly record struct Span(int Candles, Interval? Length)
{
    /// <summary>The end of it after a close, Unix epoch milliseconds UTC.</summary>
    public long After(long closeMs, Interval interval) =>
        Length is { } length ? closeMs + (long)length.ApproximateLength.TotalMilliseconds : interval.AddMs(closeMs, Candles);
}

/// <summary>A text of a rule, and how much it counts.</summary>
/// <param name="Text">The text.</param>
/// <param name="Condition">What it means.</param>
/// <param name="First">The number of its first reference; -1 for none.</param>
/// <param name="Weight">The weight, above 0.</param>
/// <param name="IsDenied">True when it counts where it is false: it stands under <c>not</c>.</param>
internal sealed record WeighedLeaf(string Text, Condition Condition, int First, double Weight, bool IsDenied);
