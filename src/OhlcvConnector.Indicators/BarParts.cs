namespace OhlcvConnector.Indicators;

/// <summary>What an indicator needs of a candle.</summary>
[Flags]
public enum BarParts
{
    /// <summary>One number of each candle, the close unless another <see cref="PriceSource"/> is said.</summary>
    OneNumber = 0,

    /// <summary>Open, high, low and close.</summary>
    Prices = 1,

    /// <summary>The volume.</summary>
    Volume = 2,

    /// <summary>The open time.</summary>
    Time = 4,
}
