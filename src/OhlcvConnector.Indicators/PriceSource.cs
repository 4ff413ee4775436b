namespace OhlcvConnector.Indicators;

/// <summary>Number that an indicator of one series of numbers takes of each candle.</summary>
public enum PriceSource
{
    /// <summary>The last price.</summary>
    Close,

    /// <summary>The first price.</summary>
    Open,

    /// <summary>The highest price.</summary>
    High,

    /// <summary>The lowest price.</summary>
    Low,

    /// <summary>The middle of high and low.</summary>
    Hl2,

    /// <summary>The mean of high, low and close: the typical price.</summary>
    Hlc3,

    /// <summary>The mean of open, high, low and close.</summary>
    Ohlc4,

    /// <summary>Volume that was traded, in base units.</summary>
    Volume,
}
