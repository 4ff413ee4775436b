namespace OhlcvConnector.Indicators;

/// <summary>Where in a candle its volume is thought to have been traded: a candle does not say.</summary>
public enum VolumeSpread
{
    /// <summary>Evenly over its range.</summary>
    Even,

    /// <summary>All at its close.</summary>
    AtClose,

    /// <summary>All at the mean of high, low and close.</summary>
    AtTypical,
}
