namespace OhlcvConnector.Indicators;

/// <summary>What becomes of indicators when candles are missing.</summary>
public enum AfterGap
{
    /// <summary>They begin anew: no value mixes what was before the gap with what is after.</summary>
    Reset,

    /// <summary>They go on as if nothing were missing.</summary>
    Carry,
}
