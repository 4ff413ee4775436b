namespace OhlcvConnector.Indicators;

/// <summary>
/// How a value area grows: from the point of control, by the larger of the next volumes above and below, until it holds its share. Published rules differ; this
/// is the CBOT's unless said otherwise.
/// </summary>
public sealed record ValueAreaRule
{
    /// <summary>70 %, a row at a time, up when both are the same.</summary>
    public static ValueAreaRule Standard { get; } = new();

    /// <summary>What part of the volume it holds at least, above 0 to 1.</summary>
    public double Share { get; init; } = 0.7;

    /// <summary>Whether two rows above are compared with two below, and both taken.</summary>
    public bool InPairs { get; init; }

    /// <summary>Whether it grows downwards when above and below are the same.</summary>
    public bool TiesGoDown { get; init; }
}
