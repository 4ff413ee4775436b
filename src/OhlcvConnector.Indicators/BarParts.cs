namespace OhlcvConnector.Indicators;

/// <summary>Parts of a candle that an indicator needs.</summary>
[Flags]
public enum BarParts
{
    /// <summary>Single number of each candle, the close unless another <see cref="PriceSource"/> is said.</summary>
    OneNumber = 0,

    /// <summary>Open, high, low and close.</summary>
    Prices = 1,

    /// <summary>The volume.</summary>
    Volume = 2,

    /// <summary>The open time.</summary>
    Time = 4,
}
