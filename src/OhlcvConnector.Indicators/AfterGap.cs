namespace OhlcvConnector.Indicators;

/// <summary>Behaviour of indicators when candles are missing.</summary>
public enum AfterGap
{
    /// <summary>Begin anew: no value mixes what was before the gap with what is after.</summary>
    Reset,

    /// <summary>Go on as if nothing were missing.</summary>
    Carry,
}
