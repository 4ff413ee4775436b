namespace OhlcvConnector.Indicators;

/// <summary>Way in which a parabolic stop finds its first direction; all ways give the same values after a few reversals.</summary>
public enum PsarBegin
{
    /// <summary>By the larger of the second candle's new high and new low, from its extreme, as TA-Lib.</summary>
    Move,

    /// <summary>Always rising, from the first candle's extremes, as Skender.</summary>
    Rising,

    /// <summary>By the middles of the first two candles, from the first one's extremes, as Tulip.</summary>
    Middle,
}
