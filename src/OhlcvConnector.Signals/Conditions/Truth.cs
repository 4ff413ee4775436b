namespace OhlcvConnector.Signals.Conditions;

/// <summary>Answer of a condition. What cannot be known yet, or divides by zero, is neither true nor false, and neither is its opposite.</summary>
internal enum Truth
{
    Unknown,
    False,
    True,
}
