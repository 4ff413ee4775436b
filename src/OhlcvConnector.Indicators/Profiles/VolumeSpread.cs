namespace OhlcvConnector.Indicators;

/// <summary>Spread of a candle's volume: the prices at which it is thought to have been traded, because a candle does not say.</summary>
public enum VolumeSpread
{
    /// <summary>Spreads it evenly over the candle's range.</summary>
    Even,

    /// <summary>Counts all of it at the candle's close.</summary>
    AtClose,

    /// <summary>Counts all of it at the mean of the candle's high, low and close.</summary>
    AtTypical,
}
